"""What comes next of a reward and of its payment, and by when: to its reporter, to the award desk, to whoever pays.

Each knows something else, so each has sentences of their own; which steps there are is the domain's.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from flask import Flask

from portal.domain import awards, payouts
from portal.domain.award_vocabulary import AwardState, AwardStep, BankAnswer, PayMethod, PayoutState
from portal.domain.payee_names import Document, NameCheck
from portal.domain.vocabulary import MotionKind
from portal.office.award_sheets import AwardSheet
from portal.office.bank_sheets import BankSheet
from portal.office.counters import CounterSheet
from portal.office.payout_sheets import PayoutSheet
from portal.office.reward_lines import RewardLine
from portal.office.reward_sheets import RewardSheet
from portal.web.award_words import WHY_COUNTER
from portal.web.i18n import N_, day, gettext, ngettext
from portal.web.words import word

# How it stands, where the office's word is not what its reporter wants to know.
OWN: Mapping[AwardState | PayoutState, str] = MappingProxyType(
    {
        AwardState.SUBMITTED: N_("要您补上姓名"),
        AwardState.APPROVED: N_("已批准，等您领取"),
        AwardState.CONTESTED: N_("您有异议，正在复议"),
        AwardState.DISPUTED: N_("已撤销，您有异议，正在复议"),
        AwardState.GIVEN_UP: N_("您放弃了"),
        PayoutState.CLAIMED: N_("已批准，领取已提交"),
        PayoutState.RELEASED: N_("已审定，正在付款"),
        PayoutState.PAID: N_("已付"),
        PayoutState.FAILED: N_("银行退回，请更正账户"),
    }
)
READY, OVER, AGAIN = N_("可以到柜台领了"), N_("领取的期限过了"), N_("可以重新领取")
OWN_NEXT: Mapping[AwardState | PayoutState, str] = MappingProxyType(
    {
        AwardState.SUBMITTED: N_(
            "规定只奖励留了姓名的。请在 %(name)s以前补上，姓名一样分两把钥匙封存；不补，就按没有留姓名决定。"
        ),
        AwardState.APPROVED: N_("请在 %(until)s以前领取，%(left)s。"),
        AwardState.REFUSED: N_("不同意，可以在 %(contest)s以前提出一次异议。"),
        AwardState.CONTESTED: N_("由没有参与过的人再看一遍，结果写在这里，不用您做什么。"),
        AwardState.REVOKED: N_("不同意撤销，可以在 %(contest)s以前提出一次异议，由没有参与过的人再看。"),
        AwardState.DISPUTED: N_("由没有批过、没有撤销过的人再看一遍，结果写在这里，不用您做什么。"),
        AwardState.UPHELD: N_("异议已经由另一个人看过，不能再提。"),
        PayoutState.CLAIMED: N_("两名发放人员核对以后付款，付了会写在这里，不用您做什么。"),
        PayoutState.RELEASED: N_("钱正在转，到账看银行。没有转成，这里会请您更正账户。"),
        PayoutState.FAILED: N_("账户没有对上，钱还在发放单位。请核对以后再交一次，不算逾期。"),
    }
)
WAIT_COUNTER = N_("先别去：两名发放人员审定以后，这里会写“可以到柜台领了”。")
AT_COUNTER = N_("请带身份证和领取码，到发放单位的柜台领取。")
AT_COUNTER_BY_CODE = N_("请带领取码，到发放单位的柜台领取，不用说姓名。")
ENDED = N_("这一次没有发成，打开看为什么、还可以怎么办。")
LATE = N_("领取的期限到 %(until)s为止，已经过了。有正当理由（比如住院），请写信说明。")
DESK_NEXT: Mapping[AwardState, str] = MappingProxyType(
    {
        AwardState.SUBMITTED: N_("等审批岗位决定。"),
        AwardState.RETURNED: N_("请提请的人核对事实，回到案卷重新提请。"),
        AwardState.CONTESTED: N_("等没有提请过、没有判过的人复议。"),
        AwardState.DISPUTED: N_("等没有批过、没有撤销过的人复议。"),
    }
)
JUDGE, WAIT_CLAIM, WAIT_ELSEWHERE, WAIT_CONTEST = (
    N_("请您决定。"),
    N_("等举报人领取，最迟 %(until)s，%(left)s。"),
    N_("举报人可以在 %(until)s以前领取。领了没有，审批岗位和发放岗位知道。"),
    N_("举报人可以在 %(contest)s以前提一次异议；不提，就办完了。"),
)
REVIEW, POSTED, REVOKING = (
    N_("请您复议：维持撤销，还是恢复奖励。"),
    N_("公告已经张贴：到 %(counts)s还没有打开的，算是收到了，最迟 %(until)s领取。"),
    N_("提请了撤销，等第二个审批的人同意；同意以前还可以领取。"),
)
UNREAD, UNHEARD = (
    N_("等举报人打开查询箱看决定；看到的第二天起计算领取的期限。"),
    N_("等举报人打开查询箱看决定；看到的第二天起十天里，可以提一次异议。"),
)
NAMED, ASKED = (
    N_("举报人已经补上姓名：请退回，由提请的人重新提请。"),
    N_("已请举报人补上姓名，等到 %(name)s；没有补，才能不予奖励。"),
)
DUE, CLAIMED = N_("领取的期限过了：请您决定延期，还是按放弃处理。"), N_("已经提交领取，由发放岗位办。")
LATE_ELSEWHERE, DONE = N_("领取的期限过了，等审批岗位处理。"), N_("办完了。")
PAY_NEXT: Mapping[PayoutState, str] = MappingProxyType(
    {
        PayoutState.CLAIMED: N_("请核对领取人、账户、金额，提出审定；再由另一名发放人员复核。"),
        PayoutState.RELEASED: N_("请做一份付款批次，连同别的一起交给银行。"),
        PayoutState.FAILED: N_("等领取人在查询箱里更正账户，更正以后再审定一次。"),
    }
)
PAY_SECOND, END_SECOND = N_("有人提出审定，等另一名发放人员复核"), N_("有人提出不再发放，等另一名发放人员复核")
PAY_LISTED = N_("在付款批次里，等银行回音；拿到回单以后登记结果。")
PAY_COUNTER, PAY_SHUT, RELEASE_COUNTER = (
    N_("等领取人带领取码来；对上了，当面付款。"),
    N_("领取码试错太多次，已经锁住。请领取人在查询箱的“奖励”里换一个，再来。"),
    N_("请核对领取人、金额，提出审定；再由另一名发放人员复核。"),
)
BANK_FETCH, BANK_WAIT, BANK_ONE_BY_ONE, BANK_RECALL = (
    N_("请下载清单，交给银行一次。"),
    N_("等银行回音：拿到回单以后，在这里登记哪几笔已付、哪几笔退汇。"),
    N_("请拿回单逐笔登记。"),
    N_("有人提出作废，等另一名发放人员复核：复核以前，别交给银行。"),
)


def why_counter(check: NameCheck) -> str:
    """Why it is paid at the counter alone, to whoever claims."""
    return gettext(WHY_COUNTER[check])


def documents() -> tuple[tuple[str, str, str], ...]:
    """What somebody may show at the counter, as choices."""
    return tuple((str(one), word(one), "") for one in Document)


def own_stand(one: RewardLine | RewardSheet) -> str:
    """Where a reward stands, as its reporter wants to know."""
    if one.ended and one.payment:
        return gettext(AGAIN) if one.claimable else word(one.payment)
    if one.late:
        return gettext(OVER)
    if one.payment is PayoutState.RELEASED and one.coded:
        return gettext(READY)
    state = one.payment or one.state
    return gettext(OWN[state]) if state in OWN else word(state)


def own_next(one: RewardLine | RewardSheet) -> str:
    """What its reporter may do, and until when; "" where nothing comes any more, or the page says it at length."""
    if one.ended:
        return gettext(ENDED) if isinstance(one, RewardLine) else ""
    if one.late and one.until:
        return gettext(LATE, until=day(one.until))
    if one.coded and one.payment is PayoutState.RELEASED:
        return gettext(AT_COUNTER if one.named else AT_COUNTER_BY_CODE)
    if one.coded and one.payment is PayoutState.CLAIMED:
        return gettext(WAIT_COUNTER)
    state = one.payment or one.state
    if state in awards.CONTESTABLE and not (one.contestable and one.contest_until):
        return ""
    name = one.name_until if isinstance(one, RewardLine) else None
    return _dated(OWN_NEXT.get(state, ""), one.today, until=one.until, contest=one.contest_until, name=name)


def desk_next(sheet: AwardSheet) -> str:
    """What comes next, to an officer who reads it: the award desk alone knows whether it was claimed."""
    if AwardStep.APPROVE in sheet.offered:
        return _judging(sheet)
    said = {
        AwardState.APPROVED: _granted,
        AwardState.REFUSED: _refused,
        AwardState.REVOKED: _refused,
        AwardState.DISPUTED: _disputed,
    }.get(sheet.line.state)
    sentence = said(sheet) if said else DESK_NEXT.get(sheet.line.state, DONE)
    days = {"until": sheet.until, "contest": sheet.contest_until, "counts": sheet.service.counts_on}
    return _dated(sentence, sheet.today, **days)


def _granted(sheet: AwardSheet) -> str:
    if payouts.standing(sheet.payment):
        return DONE if sheet.payment is PayoutState.PAID else CLAIMED
    if sheet.revoking is not None:
        return REVOKING
    if sheet.service.unread and not (sheet.until and sheet.until < sheet.today):
        return POSTED if sheet.service.posted_on and sheet.until else UNREAD
    if sheet.until and sheet.until < sheet.today:
        return DUE if AwardStep.PROLONG in sheet.offered else LATE_ELSEWHERE
    return WAIT_CLAIM if sheet.judging else WAIT_ELSEWHERE


def _disputed(sheet: AwardSheet) -> str:
    return REVIEW if AwardStep.REINSTATE in sheet.offered else DESK_NEXT[AwardState.DISPUTED]


def _refused(sheet: AwardSheet) -> str:
    if sheet.revocation is not None and sheet.revocation.contest:
        return DONE
    if sheet.contest_until is None:
        return UNHEARD
    return DONE if sheet.contest_until < sheet.today else WAIT_CONTEST


def _judging(sheet: AwardSheet) -> str:
    if sheet.named_since:
        return gettext(NAMED)
    waits = sheet.asked_until is not None and sheet.today <= sheet.asked_until
    return _dated(ASKED if waits else JUDGE, sheet.today, name=sheet.asked_until)


def pay_next(sheet: PayoutSheet) -> str:
    """What comes next of a payment; "" once it was paid."""
    counter = sheet.claimed is not None and sheet.claimed.payee.method is PayMethod.COUNTER
    if sheet.line.motion_id:
        return gettext(END_SECOND if sheet.line.motion is MotionKind.CANCEL else PAY_SECOND)
    if counter and sheet.line.state is PayoutState.CLAIMED:
        return gettext(RELEASE_COUNTER)
    if counter and sheet.line.state is PayoutState.RELEASED:
        return gettext(PAY_SHUT if sheet.line.shut else PAY_COUNTER)
    if sheet.number and sheet.line.state is PayoutState.RELEASED:
        return gettext(PAY_LISTED)
    return gettext(PAY_NEXT[sheet.line.state]) if sheet.line.state in PAY_NEXT else ""


def bank_next(sheet: BankSheet) -> str:
    """What comes next of a list for the bank; "" once all of it was answered, or it was recalled."""
    if not sheet.open:
        return ""
    if sheet.motion_id is not None:
        return gettext(BANK_RECALL)
    if sheet.changed:
        return gettext(BANK_ONE_BY_ONE)
    return gettext(BANK_WAIT if sheet.line.downloads else BANK_FETCH)


def answer_key(parts: Iterable[tuple[BankAnswer, int, int]]) -> list[tuple[str, str]]:
    """The key of a drawing of what the bank answered: (class, word)."""
    return [(f"c{at}", word(answer)) for at, (answer, _, _) in enumerate(parts)]


def offices_to_list(desks: Iterable[tuple[UUID, str, int]]) -> list[tuple[str, str, str]]:
    """Which desks' payments could go into a list for the bank, as choices."""
    said = [(str(desk_id), office, number) for desk_id, office, number in desks]
    return [(value, office, ngettext("%(num)s 笔", "%(num)s 笔", number)) for value, office, number in said]


def counter_choices(counters: Iterable[CounterSheet]) -> list[tuple[str, str]]:
    """The counters of other offices as choices, and one that is on no list."""
    return [
        *((one.code, f"{one.line} · {one.said.address}") for one in counters),
        ("other", gettext("其他（写在下面）")),
    ]


def days_left(last: date, today: date) -> str:
    """How much of the time is left, to a reader who does not count days."""
    left = (last - today).days
    return gettext("今天到期") if left == 0 else ngettext("还有 %(num)s 天", "还有 %(num)s 天", left)


def _dated(said: str, today: date, **days: date | None) -> str:
    """A sentence with its days, and with how many are left to claim."""
    if not said:
        return ""
    until = days.get("until")
    left = days_left(until, today) if until and until >= today else ""
    return gettext(said, left=left, **{name: day(one) if one else "" for name, one in days.items()})


def install(app: Flask) -> None:
    """Put them into Jinja."""
    app.jinja_env.globals.update(
        why_counter=why_counter,
        documents=documents,
        own_stand=own_stand,
        own_next=own_next,
        desk_next=desk_next,
        pay_next=pay_next,
        bank_next=bank_next,
        days_left=days_left,
        counter_choices=counter_choices,
        answer_key=answer_key,
        offices_to_list=offices_to_list,
    )
