"""What an assessment of a reward says in words: why each row has its answer, what each step does, what is left to do.

They are msgids of the catalogue. `translate` is the reader's language on pages; a command, which has no reader, takes
`chinese`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask import Flask

from portal.domain.award_papers import Proposal
from portal.domain.money import yuan
from portal.domain.rewards import Assessment, Pending, Row, Ruling, Step, Sum
from portal.domain.rewards_because import Because
from portal.domain.rewards_facts import Grade, RewardKind
from portal.office import assessing
from portal.policy.editions import RewardEdition
from portal.web import requests
from portal.web.i18n import N_, gettext

Translate = Callable[..., str]
QUESTIONS: Mapping[Row, str] = MappingProxyType(
    {
        Row.E01: N_("别的部门有没有专门的奖励规定"),
        Row.E02: N_("是不是重大隐患、违法行为或者瞒报谎报事故"),
        Row.E03: N_("查实了没有"),
        Row.E04: N_("是不是故意编造"),
        Row.E05: N_("举报人有没有安全监管职责，是不是近亲属，是不是受人授意"),
        Row.E06: N_("举报人是不是被举报单位自己的安全管理人员"),
        Row.E07: N_("举报以前是不是已经发现，并且正在依法处理"),
        Row.E08: N_("是不是发现了却没有处理"),
        Row.E09: N_("是不是有人实名先举报了"),
        Row.E10: N_("是不是实名"),
        Row.E11: N_("匿名，有没有联系方式或者领取码"),
        Row.E12: N_("匿名，什么都没有留"),
        Row.E13: N_("是不是联名"),
        Row.E14: N_("有没有瞒报、谎报的死亡"),
        Row.E15: N_("按处罚计算"),
        Row.E16: N_("是不是没有处罚"),
        Row.E17: N_("死亡和处罚是不是同一件事"),
        Row.E18: N_("是不是两件不同的事"),
        Row.E19: N_("是不是内部举报人"),
        Row.E20: N_("是不是避免了伤亡或者重大损失"),
        Row.E21: N_("超没超过上限"),
        Row.E22: N_("由谁发"),
        Row.E23: N_("由谁签"),
        Row.E24: N_("按时领取了没有"),
        Row.E25: N_("答复以前撤回了没有"),
        Row.E26: N_("处罚后来改了没有"),
        Row.E27: N_("有没有串通"),
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        Because.NOT_CONCERNED: N_("不涉及。"),
        Because.OWN_RULE: N_("没有别的奖励规定先适用。"),
        Because.OTHER_RULE: N_("这一领域另有奖励规定，交给那个部门按它的规定办。"),
        Because.OTHER_RULE_OPEN: N_("是不是另有奖励规定，还没有查清。"),
        Because.IN_SCOPE: N_("是%(kind)s，在奖励范围里。"),
        Because.ORDINARY_PAID: N_("是一般隐患，这一版规定按每件 %(amount)s 元奖励。"),
        Because.ORDINARY_UNPAID: N_("是一般隐患，这一版规定只奖励重大隐患和违法行为。"),
        Because.OUT_OF_SCOPE: N_("不是隐患，也不是违法行为，不在奖励范围里。"),
        Because.VERIFIED: N_("已经查实。"),
        Because.NOT_VERIFIED: N_("没有查实。结果照样要告诉举报人。"),
        Because.VERIFYING: N_("还没有核查完。"),
        Because.HONEST: N_("没有故意编造；弄错了不追究。"),
        Because.FABRICATED: N_("有权机关认定是故意编造、歪曲事实。"),
        Because.FABRICATED_OPEN: N_("是不是故意编造，正等有权机关认定，经办人不能自己定。"),
        Because.NO_DUTY: N_("不是负有监管职责的人，也不是他们的近亲属，也没有受他们授意。"),
        Because.DUTY: N_("举报人自己负有安全监管职责。"),
        Because.NEAR_RELATIVE: N_("举报人是负有监管职责人员的近亲属。"),
        Because.INSTIGATED: N_("举报是负有监管职责的人授意的。"),
        Because.MANAGER_OPEN: N_("举报人是本单位的安全管理人员，两份规定说法不一致，要由人决定。"),
        Because.MANAGER_PAID: N_("举报人是本单位的安全管理人员，这一版规定照样奖励。"),
        Because.MANAGER_UNPAID: N_("举报人是本单位的安全管理人员，这一版规定不奖励。"),
        Because.NOT_KNOWN: N_("举报以前，单位和部门都没有发现。"),
        Because.KNOWN_UNHANDLED: N_("举报以前已经发现，但是没有按规定处理，照样奖励；没有处理的要另外追究。"),
        Because.KNOWN_HANDLED: N_("举报以前已经发现，并且正在按规定处理。"),
        Because.KNOWN_OPEN: N_("举报以前有没有发现、有没有处理，还没有查清。"),
        Because.FIRST: N_("没有人在前面实名举报过同一件事。"),
        Because.NOT_FIRST: N_("同一件事，已经先受理了别人的实名举报；一件事只奖励一次。"),
        Because.FIRST_OPEN: N_("谁先举报，还没有查清。"),
        Because.AWARDED: N_("同一件事，已经奖励了另一位举报人；一件事只奖励一次。"),
        Because.MERIT_OWN: N_("别人实名举报在前，但是查实靠的是这一份举报；一件事只奖励一次，给谁由人决定。"),
        Because.MERIT_OTHER: N_("举报在前，但是查实靠的是后来的举报；一件事只奖励一次，给谁由人决定。"),
        Because.NAMED: N_("实名举报。"),
        Because.UNNAMED_PAID: N_("没有留姓名，这一版规定允许这样领奖。"),
        Because.UNNAMED: N_("没有留姓名。决定不奖励以前，会先请举报人补上。"),
        Because.BY_CODE: N_("没有留姓名，凭领取码领取。"),
        Because.BY_CODE_CEILING: N_("没有留姓名；奖金超过 %(amount)s 元，领取时要核对身份。"),
        Because.BY_CONTACT: N_("没有留姓名，但是联系得上。"),
        Because.NAMED_ONLY: N_("这一版规定只奖励实名举报人。"),
        Because.CONTACT_ONLY: N_("这一版规定要留能联系上的方式，不认领取码。"),
        Because.NO_WAY: N_("没有姓名、没有联系方式、也没有领取码，奖金发不出去；举报照样查办。"),
        Because.ONE_AWARD: N_("%(count)s 人联名，一份奖金，由第一署名人或者他书面委托的人领取。"),
        Because.SPLIT: N_("%(count)s 人联名，平分；分不尽的几分钱归第一署名人。"),
        Because.DEATHS: N_("查实瞒报、谎报死亡 %(count)s 人，%(grade)s，每人 %(amount)s 元。"),
        Because.BLOODLESS_FINE: N_("瞒报的事故没有死人，按违法行为的处罚计算，要由人复核。"),
        Because.BLOODLESS_MANUAL: N_("瞒报的事故没有死人，奖多少由人决定。"),
        Because.BLOODLESS_NOTHING: N_("瞒报的事故没有死人，这一版规定不奖励。"),
        Because.BY_FINES: N_("有效的处罚共 %(amount)s 元，按 %(rate)s 计算，再看最低、最高。"),
        Because.BY_FLAT: N_("按这一版规定的固定数额，不看处罚多少。"),
        Because.FINE_OPEN: N_("处罚还没有生效，数额定不下来。"),
        Because.NO_FINE: N_("没有处罚，按 %(amount)s 元，要由负责人确认。"),
        Because.NO_FINE_UNPAID: N_("没有处罚，这一版规定不奖励。"),
        Because.ONE_FACT: N_("处罚和死亡是同一件事，只按死亡人数计算，不重复。"),
        Because.TWO_FACTS: N_("另有一件不同的事，两部分相加，合计封顶。"),
        Because.TWO_FACTS_LARGER: N_("另有一件不同的事，两部分取多的。"),
        Because.TWO_FACTS_DEATHS: N_("另有一件不同的事，这一版规定只按死亡人数计算。"),
        Because.RAISED: N_("内部举报人，有证明，提高 %(rate)s。"),
        Because.RELATIVE_NOT_RAISED: N_("内部人员的亲属举报，这一版规定不提高。"),
        Because.UPLIFT_OPEN: N_("是内部举报人，应当提高，但是省里的比例还没有定；定了再补。"),
        Because.UNPROVEN: N_("自己说是内部人员，还没有证明；补了证明再提高。"),
        Because.AVERTED: N_("直接避免了伤亡或者重大损失，给特殊奖励，数额由人决定。"),
        Because.CUT: N_("超过上限，按上限 %(amount)s 元。"),
        Because.WITHIN: N_("没有超过上限。"),
        Because.PAYS: N_("先受理的部门发；核实的部门定数额，报上一级备案。"),
        Because.PAYS_NOT: N_("别的部门先受理，由它发，不重复发。"),
        Because.SIGNED: N_("提出、复核、批准是不同的人，都不需要回避。"),
        Because.SIGNED_WRONG: N_("签字的人不合规定，要重新办。"),
        Because.TO_SIGN: N_("还要由不同的人提出、复核、批准。"),
        Because.TO_CLAIM: N_("还没有领取；收到通知后有 %(days)s 天。"),
        Because.CLAIMED: N_("在 %(days)s 天里领取了。"),
        Because.EXCUSED: N_("过了 %(days)s 天，但是有正当理由，专人同意了。"),
        Because.LATE: N_("过了 %(days)s 天没有领取，视为放弃。"),
        Because.STANDS: N_("没有撤回。"),
        Because.WITHDRAWN: N_("答复以前撤回了，还奖不奖由人决定。"),
        Because.EFFECTIVE_SUM: N_("有处罚被撤销，按还有效的计算。"),
        Because.ANNULLED_PAID: N_("发了以后处罚才撤销，由人重新看，不自动追回。"),
        Because.CLEAN: N_("没有发现串通。"),
        Because.SUSPECTED: N_("可能有人内外串通，查清以前不发。"),
        Because.COLLUSION: N_("查实内外串通：撤销，追回，移送。"),
    }
)
STEPS: Mapping[Step, str] = MappingProxyType(
    {
        Step.BASE: N_("有效的处罚合计"),
        Step.RATE: N_("乘以 %(by)s"),
        Step.FLOOR: N_("不足最低 %(by)s 元，按最低"),
        Step.CAP: N_("超过最高 %(by)s 元，按最高"),
        Step.NO_FINE: N_("没有处罚，固定数额"),
        Step.ORDINARY_HAZARD: N_("一般隐患，固定数额"),
        Step.DEFY_ORDER: N_("拒不执行停产停业指令，固定数额"),
        Step.DEATHS: N_("瞒报、谎报死亡 %(count)s 人，每人 %(by)s 元"),
        Step.OVERALL_CAP: N_("超过合计最高 %(by)s 元，按最高"),
        Step.SUM: N_("两部分相加"),
        Step.LARGER: N_("两部分取多的"),
        Step.UPLIFT: N_("内部举报人，提高 %(by)s"),
        Step.AWARD: N_("奖金"),
        Step.SHARE: N_("平分，其中 %(count)s 人每人"),
    }
)
TO_DO: Mapping[Pending, str] = MappingProxyType(
    {
        Pending.TRANSFER: N_("查明该由哪个部门按哪份规定奖励，交过去。"),
        Pending.CONFIRM_VERIFIED: N_("等核查结论。"),
        Pending.COMPETENT_FINDING: N_("附上有权机关关于编造、歪曲事实的认定。"),
        Pending.RULE_SAFETY_MANAGER: N_("由负责人决定：本单位安全管理人员能不能领奖。"),
        Pending.CHECK_KNOWN: N_("对照受理当天的隐患清单，查清以前有没有发现。"),
        Pending.FLAG_HANDLING: N_("发现了没有处理，另外登记，追究责任。"),
        Pending.CHECK_PRECEDENCE: N_("按台账查清谁先举报。"),
        Pending.RULE_MERIT: N_("由负责人决定：奖给先举报的人，还是奖给举报起了决定作用的人。"),
        Pending.ASK_NAME: N_("先请举报人补留姓名，再作决定。"),
        Pending.IDENTITY_ABOVE_CEILING: N_("领取时核对身份。"),
        Pending.CHECK_KIND: N_("作出了处罚，核对是不是一般隐患。"),
        Pending.CONFIRM_CONCEALMENT: N_("由人复核没有死人的瞒报奖多少。"),
        Pending.AWAIT_PENALTY: N_("等处罚生效。"),
        Pending.CONFIRM_NO_FINE: N_("由负责人确认没有处罚时的数额。"),
        Pending.SET_UPLIFT: N_("请省里定内部举报人提高的比例。"),
        Pending.PROVE_INSIDER: N_("请举报人补交劳动合同等证明。"),
        Pending.SPECIAL_AWARD: N_("由人决定特殊奖励的数额。"),
        Pending.RULE_WITHDRAWN: N_("由人决定撤回以后还奖不奖。"),
        Pending.REASSESS_PAID: N_("重新评估给人看，不自动追回。"),
        Pending.EXAMINE_COLLUSION: N_("查清有没有串通。"),
        Pending.RECOVER: N_("撤销，追回，移送。"),
        Pending.CONFIRM_EDITION: N_("这一版规定的原文还没有确认。"),
    }
)
GRADES: Mapping[Grade, str] = MappingProxyType(
    {
        Grade.GENERAL: N_("一般事故"),
        Grade.LARGER: N_("较大事故"),
        Grade.MAJOR: N_("重大事故"),
        Grade.EXTRAORDINARY: N_("特别重大事故"),
    }
)
KINDS: Mapping[RewardKind, str] = MappingProxyType(
    {
        RewardKind.MAJOR_HAZARD: N_("重大事故隐患"),
        RewardKind.VIOLATION: N_("安全生产违法行为"),
        RewardKind.CONCEALMENT: N_("瞒报、谎报事故"),
        RewardKind.ORDINARY_HAZARD: N_("一般隐患"),
        RewardKind.OTHER: N_("别的事"),
    }
)


def chinese(message: str, **values: object) -> str:
    """A sentence as it stands here."""
    return message % values if values else message


def percent(share: Decimal | str) -> str:
    """A share as people say it: 15%."""
    return f"{(Decimal(share) * 100).normalize():f}%"


def why(ruling: Ruling, translate: Translate = gettext) -> str:
    """Why a row has its answer."""
    return translate(REASONS[ruling.because], **_values(ruling.values, translate))


def _values(values: Mapping[str, int | str], translate: Translate) -> dict[str, Any]:
    said: dict[str, Any] = dict(values)
    if "amount" in said:
        said["amount"] = yuan(said["amount"])
    if "rate" in said:
        said["rate"] = percent(said["rate"])
    if "grade" in said:
        said["grade"] = translate(GRADES[said["grade"]])
    if "kind" in said:
        said["kind"] = translate(KINDS[said["kind"]])
    return said


def verdict(ruling: Ruling) -> str:
    """What a row says of the reward, in a word; the questions of the rows ask for good and for bad alike."""
    if not concerned(ruling):
        return gettext("不涉及")
    return gettext({True: N_("通过"), False: N_("没有通过"), None: N_("还不知道")}[ruling.met])


def concerned(ruling: Ruling) -> bool:
    """Whether a row has anything to do with this report."""
    return ruling.because is not Because.NOT_CONCERNED


def later(ruling: Ruling) -> bool:
    """Whether a row is about what comes after the reckoning: who signs, and whether it was collected in time."""
    return ruling.met is None and ruling.row in {Row.E23, Row.E24}


def stopping(found: Assessment, refused: bool) -> list[Ruling]:  # noqa: FBT001 — a word of the templates
    """The rows that stand in the way; where a person refused, also those that the rules left to a person."""
    if not refused and found.eligible is not False:
        return []
    return [one for one in found.rows if one.met is False or (refused and one.met is None and not later(one))]


def step(one: Sum, translate: Translate = gettext) -> str:
    """What a step does."""
    by = percent(one.by) if isinstance(one.by, Decimal) else yuan(one.by or 0)
    named = {"by": by, "count": one.count}
    return translate(STEPS[one.step], **{name: said for name, said in named.items() if f"%({name})" in STEPS[one.step]})


def left(assessment: Assessment, translate: Translate = gettext) -> list[str]:
    """What a person must still do."""
    return [translate(TO_DO[one]) for one in assessment.pending]


def plain_yuan(fen: int) -> str:
    """A sum for programs: 3000.00."""
    return yuan(fen).replace(",", "")


def as_json(assessment: Assessment) -> dict[str, Any]:
    """An assessment as `portal reward assess --json` prints it: sums as texts, sentences in Chinese."""
    return {
        "eligible": assessment.eligible,
        "amount": None if assessment.fen is None else plain_yuan(assessment.fen),
        "shares": [plain_yuan(one) for one in assessment.shares],
        "rules": [
            {"id": str(one.row), "met": one.met, "basis": one.basis, "why": why(one, chinese)}
            for one in assessment.rows
        ],
        "arithmetic": [
            {"step": str(one.step), "value": plain_yuan(one.fen), "basis": one.basis} for one in assessment.steps
        ],
        "pending": left(assessment, chinese),
    }


def install(app: Flask) -> None:
    """Put the words into Jinja."""
    app.jinja_env.filters.update(row_question=lambda row: gettext(QUESTIONS[row]), row_why=why, step_words=step)
    app.jinja_env.filters.update(row_verdict=verdict, row_concerned=concerned, row_later=later)
    app.jinja_env.globals.update(pending_words=left, stopping=stopping)
    app.jinja_env.filters.update(assessed=_assessed)


def _assessed(paper: Proposal) -> tuple[Assessment, RewardEdition]:
    """What a proposal comes to by its own edition, which gives the same again whenever it is asked."""
    house = requests.house()
    return assessing.assess(house, paper.edition, paper.facts), house.policies.rewards_of(paper.edition)
