"""What pages say about clocks, states and lists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.clocks import SHANGHAI
from portal.domain.vocabulary import CaseState, ClockState, IdentityField
from portal.office.clock_sheets import Ending, Hours
from portal.web import display, time_left


@pytest.fixture(autouse=True)
def _in_a_request(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("left", "state", "words", "tone"),
    [
        (11, ClockState.RUNNING, "还有 11 天", "calm"),
        (3, ClockState.RUNNING, "还有 3 天", "soon"),
        (0, ClockState.RUNNING, "今天到期", "soon"),
        (-2, ClockState.LATE, "超期 2 天", "late"),
        (0, ClockState.LATE, "超期 1 天", "late"),
        (5, ClockState.STOPPED, "已完成", "done"),
        (5, ClockState.SUPERSEDED, "已变更", "done"),
    ],
)
def test_a_clock_says_what_is_left(samples, left, state, words, tone):
    clock = samples.clock("C02", "受理", left, state)
    assert time_left.remaining(clock) == words
    assert time_left.tone(clock) == tone


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [
        (118, ClockState.RUNNING, "还有 1 小时 58 分"),
        (59, ClockState.RUNNING, "还有 59 分钟"),
        (0, ClockState.RUNNING, "还有 0 分钟"),
        (-1, ClockState.RUNNING, "超期 1 小时"),
        (-200, ClockState.LATE, "超期 3 小时"),
        (-3000, ClockState.LATE, "超期 2 天"),
    ],
)
def test_what_ends_within_a_day_says_how_many_hours_are_left_and_when_it_ends(samples, minutes, state, words):
    """Two hours from a quarter to one are over long before the day is."""
    due = datetime(2026, 11, 24, 2, 44, tzinfo=SHANGHAI)
    left = -2 if minutes < -1440 else 0
    clock = replace(samples.clock("C06", "到场", left, state), hours=Hours(due + timedelta(days=left), minutes))
    assert time_left.remaining(clock) == words
    last = "2026年11月22日（星期日）" if left else "2026年11月24日（星期二）"
    assert time_left.ends(clock) == f"{last} 02:44"
    assert time_left.ends(clock, days=True) == last


def test_a_line_of_a_list_names_the_hour_of_what_ends_within_a_day_and_the_year_of_another():
    now = datetime(2026, 12, 31, 23, tzinfo=SHANGHAI)
    soon = Ending.of(datetime(2027, 1, 1, 1, tzinfo=SHANGHAI), now)
    assert (time_left.line_remaining(soon), time_left.line_ends(soon)) == ("还有 2 小时 0 分", "2027年1月1日 01:00")
    later = Ending.of(datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), now)
    assert (time_left.line_remaining(later), time_left.line_ends(later)) == ("今天到期", "12月31日")
    assert Ending.of(None, now) is None


def test_a_bar_grows_from_arrival_to_the_last_day(samples):
    arrived = datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert time_left.used(arrived, samples.clock("C02", "受理", 11)) == 27
    assert time_left.used(arrived, samples.clock("C02", "受理", 0)) == 100
    assert time_left.used(arrived, samples.clock("C02", "受理", -3, ClockState.LATE)) == 100


def test_a_line_without_a_time_limit_says_so(samples):
    assert time_left.line_remaining(samples.line(7, None).ending) == "没有期限"
    assert time_left.line_tone(samples.line(7, None).ending) == "calm"
    assert time_left.line_remaining(samples.line(1, -2, late=True).ending) == "超期 2 天"


def test_a_state_names_the_day_that_governs_it(samples):
    assert display.state_sentence(samples.mailbox()) == "已登记，正在看。2026年12月5日（星期六）前告诉您是否受理。"


def test_a_withdrawn_report_is_withdrawn_whatever_its_case_does(samples):
    assert display.state_sentence(samples.mailbox(withdrawn=True)).startswith("您已撤回")


def test_options_are_escaped_and_one_is_chosen(samples):
    html = display.draw_divisions([("<a>", "b&c", [("1", '"d"', "b&c"), ("2", "e", "f")])], "2")
    assert '<optgroup label="&lt;a&gt;（b&amp;c）">' in html
    assert '<option value="1">&#34;d&#34;</option>' in html
    assert '<option value="2" selected>e（f）</option>' in html
    assert display.draw_kinds(samples.tops, "FIRE-01").count(" selected") == 1
    assert display.draw_kinds(samples.tops, "FIRE-01'><script>").count(" selected") == 0


def test_a_place_says_who_receives():
    places = [("1", "铁西区", "四平市人防办"), ("2", "梨树县", "梨树县人防办"), ("3", "伊通县", "吉林省人防办")]
    html = display.draw_divisions([("四平市", "四平市人防办", places)], None)
    assert ">铁西区<" in html
    assert ">梨树县（当地人防办）<" in html
    assert ">伊通县（吉林省人防办）<" in html


def test_a_place_where_nobody_receives_yet_stands_alone():
    html = display.draw_divisions([("四平市", "", [("1", "铁西区", "")])], None)
    assert 'label="四平市"' in html
    assert ">铁西区<" in html


def test_several_words_in_a_row():
    assert display.words((IdentityField.NAME, IdentityField.EMAIL)) == "姓名、电子邮箱"


def test_every_state_has_a_sentence_without_a_clock(samples):
    sheet = samples.mailbox()
    for state in CaseState:
        fields = {name: getattr(sheet, name) for name in sheet.__dataclass_fields__}
        assert display.state_sentence(type(sheet)(**{**fields, "case_state": state, "clocks": ()}))
