"""What comes next of a reward, as its reporter reads it: what may be done, until when, and nothing that is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from portal.domain.award_vocabulary import AwardState, BankListState, PayoutState
from portal.office.reward_lines import RewardLine
from portal.web import i18n
from portal.web.reward_next import bank_next, own_next, own_stand, pay_next
from tests.web import sheets_payouts

TODAY = date(2026, 3, 2)
GRANTED = RewardLine(AwardState.APPROVED, TODAY + timedelta(days=9), None, TODAY)
REFUSED = RewardLine(AwardState.REFUSED, None, None, TODAY, contest_until=TODAY)


@pytest.fixture(scope="module", autouse=True)
def chinese() -> Iterator[None]:
    app = Flask(__name__)
    i18n.install(app)
    with app.app_context():
        yield


@pytest.mark.parametrize(
    ("line", "stand", "then"),
    [
        (GRANTED, "已批准，等您领取", "请在 2026年3月11日（星期三）以前领取，还有 9 天。"),
        (replace(GRANTED, until=TODAY), "已批准，等您领取", "今天到期"),
        (replace(GRANTED, until=TODAY - timedelta(days=1)), "领取的期限过了", "已经过了。有正当理由"),
        (replace(GRANTED, state=AwardState.GIVEN_UP), "您放弃了", ""),
        (replace(GRANTED, state=AwardState.FORFEITED), "逾期未领，按放弃处理", ""),
        (replace(GRANTED, state=AwardState.REVOKED), "已撤销", ""),
        (replace(GRANTED, payment=PayoutState.CLAIMED), "已批准，领取已提交", "不用您做什么"),
        (replace(GRANTED, payment=PayoutState.CLAIMED, coded=True), "已批准，领取已提交", "先别去"),
        (replace(GRANTED, payment=PayoutState.RELEASED), "已审定，正在付款", "到账看银行"),
        (replace(GRANTED, payment=PayoutState.RELEASED, coded=True), "可以到柜台领了", "请带身份证和领取码"),
        (replace(GRANTED, payment=PayoutState.RELEASED, coded=True, named=False), "可以到柜台领了", "不用说姓名"),
        (replace(GRANTED, payment=PayoutState.FAILED), "银行退回，请更正账户", "不算逾期"),
        (replace(GRANTED, payment=PayoutState.PAID), "已付", ""),
        (replace(GRANTED, payment=PayoutState.CANCELLED, ended=True), "不再发放", "还可以怎么办"),
        (replace(GRANTED, payment=PayoutState.CANCELLED, ended=True, claimable=True), "可以重新领取", "还可以怎么办"),
        (REFUSED, "不予奖励", "可以在 2026年3月2日（星期一）以前提出一次异议"),
        (replace(REFUSED, contest_until=TODAY - timedelta(days=1)), "不予奖励", ""),
        (replace(REFUSED, state=AwardState.CONTESTED), "您有异议，正在复议", "没有参与过的人"),
        (
            replace(REFUSED, state=AwardState.REVOKED),
            "已撤销",
            "不同意撤销，可以在 2026年3月2日（星期一）以前提出一次异议",
        ),
        (replace(REFUSED, state=AwardState.REVOKED, contested=True), "已撤销", ""),
        (replace(REFUSED, state=AwardState.DISPUTED), "已撤销，您有异议，正在复议", "没有撤销过的人"),
        (RewardLine(AwardState.SUBMITTED, None, None, TODAY, name_until=TODAY), "要您补上姓名", "以前补上"),
    ],
)
def test_each_stage_says_how_it_stands_and_what_comes_next(line: RewardLine, stand: str, then: str) -> None:
    assert own_stand(line) == stand
    said = own_next(line)
    assert then in said
    assert bool(then) == bool(said), "nothing is asked for that is over"


@pytest.mark.parametrize(
    ("downloads", "changes", "then"),
    [
        (0, {}, "请下载清单"),
        (1, {}, "等银行回音"),
        (1, {"changed": True}, "逐笔登记"),
        (1, {"motion_id": UUID(int=1)}, "别交给银行"),
    ],
)
def test_a_list_for_the_bank_says_what_comes_next(downloads: int, changes: dict[str, object], then: str) -> None:
    sheet = replace(sheets_payouts.bank_list(str)["sheet"], motion_id=None)
    line = replace(sheet.line, downloads=downloads)
    assert then in bank_next(replace(sheet, line=line, **changes))
    assert bank_next(replace(sheet, line=replace(line, state=BankListState.SETTLED))) == ""


def test_whoever_is_paid_at_the_counter_has_no_account_to_look_at() -> None:
    sheet = sheets_payouts.payout(str, PayoutState.RELEASED)["sheet"]
    counter = replace(sheet, line=replace(sheet.line, state=PayoutState.CLAIMED))
    bank = sheets_payouts.payout(str, PayoutState.CLAIMED)["sheet"]
    assert ["账户" in pay_next(one) for one in (counter, bank)] == [False, True]
