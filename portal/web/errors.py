"""How refusals become HTTP: one table; a signed-in officer's refusal is entered in the ledger, others are counted."""

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import update
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from crypto.errors import CryptoError
from portal.domain import award_errors, calendar_errors, printing_errors
from portal.domain import errors as refusals
from portal.domain.audit import Party, hour_of
from portal.domain.errors import PortalError
from portal.domain.vocabulary import ActorKind
from portal.logs import place
from portal.office import asserting
from portal.office.desk_sheets import OfficerSheet
from portal.office.recording import Draft, record
from portal.store.insertion import ensure_row
from portal.store.outbox import RefusalCount, SignInFailure
from portal.web import requests
from portal.web.i18n import N_, gettext
from portal.web.limits import TooOftenError

log = logging.getLogger("portal.errors")

BUSY = 60  # seconds after which somebody else has had their turn
Page = tuple[int, str, str]  # status, title, sentence
NOT_FOUND = (404, N_("没有这一页"), N_("地址可能不完整，或者这一页已经不在了。"))
DAMAGED = (
    500,
    N_("存着的内容打不开"),
    N_("存着的内容损坏了，或者被人改动过，所以没有显示。请告诉审计员核查台账；举报人请打 12345 转人防办。"),
)
BROKEN = (500, N_("系统出错了"), N_("刚才这一步没有完成。请过一会儿再试。"))

REFUSALS: Mapping[type[PortalError], Page] = MappingProxyType(
    {
        refusals.StrangerError: NOT_FOUND,
        refusals.NotAllowedError: (403, N_("这一步不由您办"), N_("您的岗位不能做这一步。需要的话，请找负责的岗位。")),
        refusals.RecusedError: (
            403,
            N_("这一件您要回避"),
            N_("您在这一件里回避，看不到，也不能办。有变化请找分管领导。"),
        ),
        refusals.InterestError: (
            403,
            N_("这一件请换人办"),
            N_("要办这一步的人申报过本件涉及的单位或者场所（行政处罚法 第43条），请换人办，或者在这一件里回避。"),
        ),
        refusals.RecusedOfficerError: (409, N_("这个人要回避"), N_("这个人在这一件里要回避，请选别人。")),
        refusals.SamePersonError: (
            403,
            N_("这一步要由另一个人办"),
            N_("申请的人、开锁的人、放行的人，必须是三个人。您已经办过其中一步。"),
        ),
        refusals.OwnMotionError: (
            403,
            N_("这一步要由第二个人办"),
            N_("提出的人和复核的人必须是两个人，也不能办自己的事。请找另一位有权复核的人。"),
        ),
        award_errors.OwnAwardError: (
            403,
            N_("这一步要由另一个人办"),
            N_("提请奖励的人、核查这一件的人、上一次作决定的人，都不能决定这笔奖励。请找另一位审批的人。"),
        ),
        award_errors.AwardOpenError: (
            409,
            N_("已经提请过了"),
            N_("这件举报的奖励正在审批，已经批准，或者撤销以后还可能恢复。同一件举报只有一笔奖励。"),
        ),
        award_errors.NoJudgeError: (
            409,
            N_("审批岗位没有能审批的人"),
            N_("提请、核查过这一件和要回避的人都不能审批。请先请管理员给审批岗位安排别人，再来复核。"),
        ),
        award_errors.AwardSumError: (409, N_("和规定算出来的不一样"), N_("请回到上一页，看看规定怎么算。")),
        award_errors.ClaimError: (409, N_("现在不能这样办"), N_("请回到上一页，看看现在的样子。")),
        award_errors.BankListError: (409, N_("付款批次现在不能这样办"), N_("请回到上一页，看看现在的样子。")),
        award_errors.CodeError: (409, N_("现在不能核对领取码"), N_("请回到上一页，看看现在的样子。")),
        refusals.SeatConflictError: (409, N_("现在不能这样安排"), N_("这两个岗位不能是同一个人。")),
        refusals.UncertifiedOfficerError: (
            409,
            N_("这个人现在办不了"),
            N_("这个人的状态刚刚变了，或者密钥还没有认证。请回到上一页，看看现在的样子。"),
        ),
        refusals.SeatedAlreadyError: (409, N_("已经是这样了"), N_("请回到上一页，看看现在的样子。")),
        refusals.EstablishError: (409, N_("现在不能这样办"), N_("请回到上一页，看看现在的样子。")),
        refusals.EditionError: (409, N_("现在不能采用"), N_("请回到上一页，看看现在的样子。")),
        refusals.LapsedError: (
            409,
            N_("已经到期"),
            N_("这次申请的时间到了，看得到的内容已经销毁。需要的话，请重新申请。"),
        ),
        refusals.ConsentError: (
            409,
            N_("举报人还没有同意"),
            N_("这份申请要举报人在查询箱里同意才能办，举报人也可以收回。现在没有同意，所以没有办。"),
        ),
        refusals.IllegalTransitionError: (409, N_("这一步现在不能办"), N_("这一件现在的状态不允许这一步。")),
        refusals.ReferralError: (409, N_("现在不能这样移送"), N_("请回到上一页，看看现在的样子。")),
        refusals.DisputeError: (409, N_("现在不能提争议"), N_("请回到上一页，看看现在的样子。")),
        refusals.MergeError: (409, N_("现在不能并案"), N_("那一件刚刚有变化。请回到上一页，看看现在的样子。")),
        refusals.MustReferError: (
            409,
            N_("要先移送"),
            N_(
                "有人死亡的，先移交县级以上人民政府（安全生产法 73(2)）；瞒报的，先提请上级安委会挂牌督办"
                "（吉防办发〔2022〕42号 第27项）。移送以后再办这一步。"
            ),
        ),
        refusals.AlreadyReceivedError: (
            409,
            N_("这件举报早已收到"),
            N_("这一份已经收到，没有重复登记。请用当时给您的查询码进查询箱，在那里补充。"),
        ),
        refusals.OtherDeskError: (409, N_("应由另一个单位接收"), N_("这一次应由另一个单位接收，请另交一件。")),
        refusals.NoDeskError: (
            503,
            N_("现在不能在网上接收"),
            N_("还没有人值守这个岗位，现在不能在网上举报。请打 12350（安全生产举报）或者 12345。"),
        ),
        refusals.UncertifiedKeyError: (
            503,
            N_("没有收到"),
            N_("接收单位的加密钥匙对不上，为了您的安全没有收下。请打 12350 或者 12345。"),
        ),
        refusals.NotStoredError: (503, N_("没有保存"), N_("刚才没有保存成功。请过一会儿再试，不会重复登记。")),
        refusals.NoRoomError: (
            507,
            N_("文件放不下了"),
            N_("现在没有地方放文件，这个文件没有收下。举报和已经交的文件都在，文字还可以继续交。请过一会儿再试。"),
        ),
        refusals.NotReadError: (
            503,
            N_("这个文件现在打不开"),
            N_("放文件的地方现在够不着，或者文件不在了。请过一会儿再试；还是打不开，请告诉系统管理员。"),
        ),
        refusals.UnsignedError: (
            503,
            N_("暂时不能查看"),
            N_("审计台账的签名中断了。为了每一次查看都有据可查，恢复之前不能打开。请告诉系统管理员。"),
        ),
        calendar_errors.NoCalendarError: (
            503,
            N_("现在算不出期限"),
            N_("缺以后年份的节假日安排，算不出期限，所以没有办。请告诉系统管理员；要举报，请打 12350 或者 12345。"),
        ),
        refusals.LedgerError: DAMAGED,
        printing_errors.NotPrintedError: (
            503,
            N_("PDF 没有做成"),
            N_("这台服务器现在做不了 PDF。请回到上一页，用浏览器的“打印”。"),
        ),
        printing_errors.NoFontError: (
            503,
            N_("没有中文字体，PDF 没有做成"),
            N_("这台服务器没有装中文字体，做出来全是方框。请用浏览器的“打印”。（系统管理员：请安装 fonts-noto-cjk。）"),
        ),
        printing_errors.NoGlyphError: (
            503,
            N_("有一个字印不出来，PDF 没有做成"),
            N_("这一页上有一个字（生僻字或者表情），这台服务器的字体里没有，做出来是方框。请用浏览器的“打印”。"),
        ),
        refusals.BusyError: (503, N_("现在人多"), N_("排队的人太多。请过一会儿再试。")),
    }
)
HTTP: Mapping[int, Page] = MappingProxyType(
    {
        400: (400, N_("没看懂这个请求"), N_("请求不完整。请回到上一页再试。")),
        403: (403, N_("没有执行"), N_("这个请求没有执行。")),
        404: NOT_FOUND,
        405: (405, N_("这一页不能这样打开"), N_("请从本站的页面进来。")),
        413: (413, N_("内容太多了"), N_("一次最多能交 1 MB 的文字。请删减一些再提交。没有收下任何内容。")),
    }
)


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(refusals.StaleError, _stale)
    app.register_error_handler(TooOftenError, _too_often)
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(CryptoError, _damaged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _page(page: Page, *, sentence: str | None = None) -> Response:
    status, title, said = page
    body = render_template(
        "errors/error.html",
        status=status,
        title=gettext(title),
        sentence=sentence or gettext(said),
        todo=None,
        back="/review/" if request.path.startswith("/review") else None,
        **_signed_in(),
    )
    return make_response(body, status)


def _signed_in() -> dict[str, OfficerSheet]:
    """Who is at the desk, for the head of an office page: one can leave from there too."""
    return {"officer": requests.desk().sheet} if g.get("desk") else {}


def _refused(error: PortalError) -> Response:
    enter(error)
    response = _page(next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), BROKEN))
    if isinstance(error, refusals.BusyError):
        response.headers["Retry-After"] = str(BUSY)
    return response


def _stale(error: refusals.StaleError) -> Response:
    enter(error)
    back = request.path.rpartition("/")[0] if request.path.startswith("/review/") else "/mailbox"
    return make_response(render_template("errors/stale.html", status=409, back=back, **_signed_in()), 409)


def _too_often(error: TooOftenError) -> Response:
    _written(_record if g.get("desk") else count_refusal, "too_often")
    if request.path.startswith("/review"):
        sentence = gettext("试的次数太多，请 %(minutes)s 分钟后再试。", minutes=error.minutes)
    else:
        sentence = gettext("试的次数太多，请 %(minutes)s 分钟后再试，您的举报不受影响。", minutes=error.minutes)
    response = _page((429, N_("请等一等"), ""), sentence=sentence)
    response.headers["Retry-After"] = str(error.minutes * 60)
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 — a redirect on its way
        return error
    if isinstance(error, MethodNotAllowed) and request.method == "GET":
        return redirect(
            request.path.rpartition("/")[0].rstrip("/") or "/", code=303
        )  # reloaded where a form had been sent to
    if status == 403:  # noqa: PLR2004
        enter(refusals.NotAllowedError("foreign request"))
    said = error.description if error.description != type(error).description else None  # our own sentence, translated
    page = HTTP.get(status, BROKEN if status >= 500 else (status, *HTTP[400][1:]))  # noqa: PLR2004
    response = _page(page, sentence=said if status == 403 else None)  # noqa: PLR2004
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.valid_methods or ())  # RFC 9110, 15.5.6
    return response


def _damaged(error: CryptoError) -> Response:
    """What is stored does not open: said as such, for whoever set it right needs to know."""
    log.error("%s in %s: what is stored does not open", type(error).__name__, request.endpoint)
    return _page(DAMAGED)


def _broken(error: Exception) -> Response:
    """A fault of ours: where and which kind is logged, never what was being handled."""
    log.error("%s in %s", type(error).__name__, request.endpoint, extra={"place": place(error)})
    return _page(BROKEN)


def enter(error: PortalError) -> None:
    """Record the refusal in a transaction of its own, after the one that was rolled back."""
    if isinstance(error, refusals.PasskeyCopyError):
        doubt(error)
    if isinstance(error, refusals.RefusalError):
        _written(_record if g.get("desk") else count_refusal, type(error).__name__)


def _written(write: Callable[[str], None], kind: str) -> None:
    """Write, or log that it could not be written: the answer is a refusal all the same."""
    try:
        write(kind)
    except (refusals.NotStoredError, refusals.StaleError) as fault:
        log.error("a refusal (%s) could not be entered: %s", kind, type(fault).__name__)  # noqa: TRY400 — no values


def doubt(error: refusals.PasskeyCopyError) -> None:
    """Enter that a passkey seems to have been copied, whoever is signed in or not."""

    def write(_kind: str) -> None:
        with requests.transaction() as session:
            asserting.doubt(session, requests.house(), error, now=requests.now())

    _written(write, type(error).__name__)


def _record(kind: str) -> None:
    """Enter the refusal of a signed-in officer."""
    desk = requests.desk()
    party = Party(ActorKind.OFFICER, desk.actor.officer_id, desk.actor.authority_id)
    about = {
        "cases": "case_id",
        "disclosures": "request_id",
        "motions": "motion_id",
        "officers": "officer_id",
        "inquiries": "inquiry_id",
        "authorities": "authority_id",
        "entries": "entry_id",
    }
    named = [(table, (request.view_args or {}).get(name)) for table, name in about.items()]
    subject = next(((table, row_id) for table, row_id in named if isinstance(row_id, UUID)), None)
    facts = {"action": request.endpoint or "", "why": kind}
    with requests.transaction() as session:
        record(session, requests.house().entry_key, Draft("refused", requests.now(), party, subject, facts))


def count_refusal(kind: str, officer_id: UUID | None = None) -> None:
    """Count a refusal without a session; `tick` enters the sum once an hour, so that nobody can fill the ledger.

    `officer_id` is that of the account somebody tried, if there is one: an auditor sees which accounts are tried.
    """
    hour = hour_of(requests.now())
    with requests.transaction() as session:
        ensure_row(session, RefusalCount, {"kind": kind, "hour": hour, "count": 0, "entered": False})
        session.execute(
            update(RefusalCount)
            .where(RefusalCount.kind == kind, RefusalCount.hour == hour)
            .values(count=RefusalCount.count + 1)
        )
        if officer_id is not None:
            ensure_row(session, SignInFailure, {"officer_id": officer_id, "hour": hour, "count": 0})
            session.execute(
                update(SignInFailure)
                .where(SignInFailure.officer_id == officer_id, SignInFailure.hour == hour)
                .values(count=SignInFailure.count + 1)
            )
