"""What the papers of rewards say: approval form 审批表, notice 公告, payment sheet 发放表, the reporter's notice 通知.

Each is made of words once, in the reader's language, from the sheet that its use case returned.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from portal.domain.award_vocabulary import PayMethod
from portal.domain.contents import NewCounter
from portal.domain.money import yuan
from portal.domain.payee import Claimed
from portal.domain.rewards import Assessment, Ruling
from portal.office.award_printing import Notice
from portal.office.award_sheets import AwardSheet
from portal.office.payout_sheets import PayoutSheet
from portal.office.reward_sheets import RewardSheet
from portal.policy.editions import Kind, RewardEdition
from portal.printing.page import Answers, Heading, Line, Page, Part, Rows, Said, Signatures, Signed, Small, Steps
from portal.web.i18n import current, day, gettext, named, ngettext
from portal.web.reward_next import own_stand
from portal.web.reward_words import QUESTIONS, concerned, later, step, verdict, why
from portal.web.words import word


def approval_form(sheet: AwardSheet, kinds: Mapping[str, Kind], today: date) -> Page:
    """What was proposed, how it was reckoned, what was decided, with a line for each of the three people."""
    return _page(gettext("举报奖励审批表"), today, *_proposed(sheet, kinds), *_decided(sheet), _printed(today))


def _proposed(sheet: AwardSheet, kinds: Mapping[str, Kind]) -> Iterator[Part]:
    yield Rows.of(
        (
            (gettext("受理编号"), sheet.line.number),
            (gettext("类别"), named(kinds[sheet.line.category])),
            (gettext("奖励单位"), sheet.line.office),
            (gettext("规定"), named(sheet.edition)),
            (gettext("为什么提请"), sheet.proposal.words),
            (gettext("凭什么"), sheet.proposal.shown),
        )
    )
    yield Heading(_comes_to(sheet.found))
    if sheet.found.steps:
        yield Steps(tuple((_step(step(one), one.fen), _basis(one.basis)) for one in sheet.found.steps))
    shown = [one for one in sheet.found.rows if concerned(one) and not (sheet.decision and later(one))]
    yield Answers(tuple(_answer(one, sheet.edition) for one in shown))
    others = [_question(one) for one in sheet.found.rows if not concerned(one)]
    yield Small(gettext("不涉及的：%(rows)s", rows=gettext("；").join(others)))


def _decided(sheet: AwardSheet) -> Iterator[Part]:
    said = sheet.decision
    granted = (_sum(said.fen),) if said and said.fen is not None else ()
    yield Heading(" · ".join((gettext("作出的决定"), word(sheet.line.state), *granted)))
    if said and said.words:
        yield Said(said.words)
    proposer, seconder, *_ = (*sheet.people, "", "")
    yield _signatures(
        (gettext("提请人"), proposer), (gettext("复核人"), seconder), (gettext("审批人"), sheet.judged_by)
    )


def public_notice(said: Notice, today: date) -> Page:
    """For a reporter who never opened the decision: a number alone, no sum."""
    until = ngettext(
        "从看到决定的第二天起 %(num)s 日内领取，最后一天是节假日的顺延；过期按放弃处理。",
        "从看到决定的第二天起 %(num)s 日内领取，最后一天是节假日的顺延；过期按放弃处理。",
        said.days,
    )
    counts = ngettext(
        "张贴满 %(num)s 天还没有打开的，算是收到了决定，期限从那时起计算。",
        "张贴满 %(num)s 天还没有打开的，算是收到了决定，期限从那时起计算。",
        said.counts,
    )
    title = gettext("领取举报奖励的公告") if said.granted else gettext("举报奖励决定的公告")
    told = (
        gettext("您的举报已经有了奖励决定。请用查询码打开查询箱，看决定和怎么领取。")
        if said.granted
        else gettext("您的举报奖励有了新的决定。请用查询码打开查询箱看。不同意的，看到以后可以提一次异议。")
    )
    return _page(
        title,
        today,
        Heading(_called(said)),
        Line(told),
        *((Line(until, _basis(said.basis)),) if said.granted else ()),
        Line(counts, _basis(said.notice)),
        Line(gettext("不用打电话，也不用告诉任何人您是谁。查询码不要给别人看。")),
        Signed(said.office, day(today)),
    )


def _called(said: Notice) -> str:
    """The number that they were given, or what the page with their code told them in its stead."""
    if said.number:
        return gettext("受理编号 %(number)s", number=said.number)
    return gettext("审计台账序号 %(index)s（交举报时，有查询码的那一页上写着）", index=said.index)


def payment_sheet(sheet: PayoutSheet, today: date) -> Page:
    """Whom to pay and how much, with lines for two of the desk and for whoever collects; nothing of what for."""
    title = gettext("奖金发放表")
    if sheet.claimed is None:
        return _page(title, today, Line(gettext("领取人信息已经销毁。")), _printed(today))
    payee = sheet.claimed.payee
    rows = Rows.of(
        (
            (gettext("编号"), sheet.line.reference),
            (gettext("状态"), word(sheet.line.state)),
            (gettext("金额"), _sum(sheet.claimed.voucher.fen)),
            (gettext("怎么领"), word(payee.method)),
            (gettext("第一署名人"), payee.signatory),
            (gettext("姓名（户名）"), payee.holder),
            (gettext("姓名核对"), word(sheet.claimed.check) if sheet.claimed.check else ""),
            (gettext("身份证号"), payee.id_number),
            (gettext("开户行"), payee.bank),
            (gettext("账号"), " · ".join((payee.account, gettext("存折"))) if payee.passbook else payee.account),
            (gettext("受托领取"), gettext("上面是受托人，由第一署名人书面委托") if payee.delegate else ""),
            (gettext("委托书"), payee.letter or _letter(sheet.claimed)),
            (gettext("想在别处领"), payee.place),
            *(counter_rows(sheet.counter) if sheet.counter and payee.method is PayMethod.COUNTER else ()),
        )
    )
    signs = [(gettext("经办人"), ""), (gettext("复核人"), "")]
    if payee.method is PayMethod.COUNTER:
        signs.append((gettext("领取人"), ""))
    return _page(title, today, rows, _signatures(*signs), _printed(today))


def _letter(claimed: Claimed) -> str:
    """How the letter of whoever collects for others came."""
    if claimed.payee.letter:
        return claimed.payee.letter
    if claimed.letters:
        return gettext("传来了照片，看过，打印附后")
    return gettext("看过原件，复印件附后") if claimed.payee.original else ""


def own_notice(sheet: RewardSheet, edition: RewardEdition) -> Page:
    """The sum and until when; no number, no word of anybody, not how it was reckoned: that tells who works there."""
    granted = (_sum(sheet.fen),) if sheet.fen is not None else ()
    rows = Rows.of(
        (
            (gettext("奖励单位"), sheet.office),
            (gettext("作出的决定"), " · ".join((own_stand(sheet), *granted))),
            (gettext("领到哪一天"), day(sheet.until) if sheet.until and sheet.claimable else ""),
            *_counter_rows(sheet),
            (gettext("规定"), named(edition)),
            (gettext("这一页的日期"), day(sheet.today)),
        )
    )
    return _page(gettext("奖励通知"), sheet.today, rows, *_next(sheet), *_awaiting())


def _counter_rows(sheet: RewardSheet) -> tuple[tuple[str, str], ...]:
    """Where it is collected, for whom it may still be, or is to be."""
    if sheet.counter is None or not (sheet.claimable or sheet.coded):
        return ()
    return ((gettext("发放单位"), sheet.payer), *counter_rows(sheet.counter.said))


def counter_rows(said: NewCounter) -> tuple[tuple[str, str], ...]:
    """A counter as rows of a paper."""
    return (
        (gettext("领取地点"), said.name),
        (gettext("地址"), said.address),
        (gettext("办公时间"), said.hours),
        (gettext("电话"), said.telephone),
    )


def _next(sheet: RewardSheet) -> Iterator[Part]:
    if sheet.claimable:
        yield Line(gettext("请用查询码打开查询箱，在“奖励”里领取：银行转账，或者到柜台。"))
    elif sheet.contestable and sheet.contest_until:
        until = day(sheet.contest_until)
        said = gettext("理由写在查询箱的“奖励”里。不同意的，可以在 %(date)s以前提出一次异议。", date=until)
        yield Line(said)


def _awaiting() -> Iterator[Part]:
    if current().awaiting:
        yield Small(gettext("这份译文等待延边州翻译局校对。和中文不一样的，以中文为准。"))


def _page(title: str, today: date, *parts: Part) -> Page:
    return Page(title, current().html, today, parts)


def _comes_to(found: Assessment) -> str:
    if found.eligible and found.fen is not None:
        return gettext("按规定 %(amount)s 元", amount=yuan(found.fen))
    return gettext("按规定不奖励") if found.eligible is False else gettext("规定没有算出数，要由人决定")


def _answer(row: Ruling, edition: RewardEdition) -> tuple[str, str, str, str]:
    unsure = "" if edition.rules.rows[row.row].settled else gettext("待确认")
    return (_question(row), verdict(row), why(row), unsure)


def _question(row: Ruling) -> str:
    return f"{row.row} {gettext(QUESTIONS[row.row])}"


def _step(said: str, fen: int) -> str:
    return gettext("%(step)s：%(amount)s 元", step=said, amount=yuan(fen))


def _basis(article: str) -> str:
    return gettext("依据：%(basis)s", basis=article)


def _sum(fen: int) -> str:
    return gettext("%(sum)s 元", sum=yuan(fen))


def _signatures(*pairs: tuple[str, str]) -> Signatures:
    return Signatures(pairs, gettext("签字并写日期。"))


def _printed(today: date) -> Small:
    return Small(gettext("打印日期：%(date)s", date=day(today)))
