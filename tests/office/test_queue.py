"""The queue: every case once, in order of its time limit, page by page in both directions, of one's own desks alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from portal.domain.case_vocabulary import View
from portal.domain.errors import NotAllowedError, UnsignedError
from portal.domain.vocabulary import CaseState
from portal.office import looking, queue
from portal.office.desk_sheets import QueueSheet
from portal.office.looking import Filters
from portal.office.paging import Place
from tests.sending import accept, arrive, ask, decline, narrative, open_case, run, say, send, submission
from tests.world import NOON, Template, World

CASES = 130  # two full pages and one that is not


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A home with many cases at 长春, three days of arrival, and one at 四平."""
    world = World.copy(template, tmp_path_factory.mktemp("queue") / "home")
    for count in range(CASES):
        world.clock.now = NOON + timedelta(days=count % 3)
        send(world, submission(world, description=f"第{count}件"))
    send(world, submission(world, division="220302", description="四平的"))
    world.sign()
    return world.keep(template)


@pytest.fixture
def full(filled: Template, tmp_path: Path):
    world = World.copy(filled, tmp_path / "home")
    world.clock.now = NOON + timedelta(days=3)
    world.sign()
    yield world
    world.close()


def show(
    world: World, username: str = "lin", *, after: str | None = None, before: str | None = None, **filters: Any
) -> QueueSheet:
    with world.store.transaction() as session:
        return queue.show(
            session,
            world.house,
            world.actor(username),
            world.ring(username),
            "zh-Hans",
            Filters(**filters),
            now=world.clock(),
            after=Place.parse(after),
            before=Place.parse(before),
        )


def due(world: World) -> list[UUID]:
    """All cases of 长春 in order, as the database says."""
    found = run(world, "SELECT id FROM cases WHERE authority_id = (SELECT authority_id FROM officers WHERE username ="
                       " 'lin') ORDER BY due_at, id")  # fmt: skip
    return [UUID(bytes=one) for (one,) in found]


def forward(world: World, username: str = "lin") -> list[QueueSheet]:
    pages = [show(world, username)]
    while pages[-1].after:
        pages.append(show(world, username, after=pages[-1].after))
    return pages


def ids(pages: list[QueueSheet]) -> list[UUID]:
    return [line.case_id for page in pages for line in page.lines]


@pytest.mark.parametrize("username", ["lin", "gao"])
def test_going_forward_shows_every_case_once_in_order(full: World, username: str) -> None:
    pages = forward(full, username)
    assert [len(page.lines) for page in pages] == [50, 50, 30]
    assert ids(pages) == due(full)


def test_going_back_shows_the_same_pages(full: World) -> None:
    pages = forward(full)
    back = [pages[-1]]
    while back[-1].before:
        back.append(show(full, before=back[-1].before))
    assert ids(back[::-1]) == due(full)
    assert [len(page.lines) for page in back] == [30, 50, 50]


def test_the_first_page_leads_forward_and_the_last_back(full: World) -> None:
    first, middle, last = forward(full)
    assert (bool(first.before), bool(first.after)) == (False, True)
    assert (bool(middle.before), bool(middle.after)) == (True, True)
    assert (bool(last.before), bool(last.after)) == (True, False)
    home = show(full, before=middle.before)
    assert (bool(home.before), bool(home.after)) == (False, True)


def test_a_case_that_arrives_between_two_pages_moves_nothing(full: World) -> None:
    first = show(full)
    send(full, submission(full, description="新来的"))
    full.sign()
    assert first.after
    second = show(full, after=first.after)
    assert not {line.case_id for line in first.lines} & {line.case_id for line in second.lines}
    assert [line.case_id for line in second.lines] == due(full)[50:100]


def test_it_counts_all_and_what_is_late(full: World) -> None:
    assert (show(full).count, show(full).counts[View.LATE]) == (CASES, 0)
    full.clock.now = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)  # the first day's time limit has passed
    full.sign()
    page = show(full)
    assert (page.count, page.counts[View.LATE]) == (CASES, 44)
    assert [line.ending.late for line in page.lines] == [number < 44 for number in range(len(page.lines))]


def test_a_count_stops_at_what_can_be_shown(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "CAP", 100)
    assert show(full).count == 101


def test_each_desk_sees_its_own(full: World) -> None:
    assert len(show(full, "qin").lines) == len(show(full, "qin-lead").lines) == 1
    assert show(full, "qin").lines[0].line == "蓝鲸地下购物广场：四平的"
    for username in ("sheng", "sheng-lead", "ji"):
        assert show(full, username).lines == ()


@pytest.mark.sqlite
@pytest.mark.parametrize("username", ["chen", "he", "song", "qian", "shen", "sheng-custody"])
def test_other_duties_have_no_queue(full: World, username: str) -> None:
    with pytest.raises(NotAllowedError):
        show(full, username)


@pytest.mark.parametrize("damage", ["cases SET line = zeroblob(120)", "key_grants SET wrapped = zeroblob(1168)"])
def test_what_was_damaged_costs_its_own_line_and_not_the_page(full: World, damage: str) -> None:
    first, *others = due(full)[:50]
    if damage.startswith("cases"):
        run(full, f"UPDATE {damage} WHERE id = ?", first.bytes)
    else:
        key = "content_key_id = (SELECT line_key_id FROM cases WHERE id = ?)"
        run(full, f"UPDATE {damage} WHERE {key}", first.bytes)
    page = show(full)
    assert [line.case_id for line in page.lines] == [first, *others]
    assert [line.line is None for line in page.lines] == [True] + [False] * 49
    answer = full.officer("lin").get("/review/")
    assert answer.status_code == 200
    assert answer.text.count("存着的内容打不开") == 1


def test_a_page_is_one_entry_that_says_how_many_and_a_digest_of_which(full: World) -> None:
    show(full)
    entry = full.entries()[-1]
    assert entry["event"] == "listed"
    assert entry["facts"]["count"] == 50
    assert len(entry["facts"]["digest"]) == 64
    assert entry["actor"]["duty"] == "intake"
    assert entry["object"] is None


def test_nothing_is_shown_while_nobody_signs(full: World) -> None:
    show(full)
    full.clock.forward(minutes=6)
    before = full.events()
    with pytest.raises(UnsignedError):
        show(full)
    assert full.events() == before


def test_a_line_is_unsealed_and_says_what_there_is_to_do(world: World) -> None:
    _, case_id = arrive(world)
    world.sign()
    (line,) = show(world).lines
    assert line.line == narrative().line()
    ending = line.ending.days_left, line.ending.late
    assert (line.case_id, line.number, *ending, line.marked) == (case_id, None, 15, False, False)
    accept(world, "lin", case_id, subject="安全出口上锁")
    (line,) = show(world).lines
    assert (line.line, line.number) == ("安全出口上锁", "220100-2026-00001")


def test_a_marked_report_is_shown_as_such(world: World) -> None:
    send(world, replace(submission(world), marked=True))
    world.sign()
    assert [line.marked for line in show(world).lines] == [True]


def test_an_empty_queue_is_recorded_too(world: World) -> None:
    world.sign()
    page = show(world)
    assert (page.lines, page.after, page.before, page.count, set(page.counts.values())) == ((), None, None, 0, {0})
    assert world.entries()[-1]["facts"]["count"] == 0


def test_a_cursor_is_read_back_and_damage_means_the_first_page() -> None:
    cursor = Place(datetime(2026, 3, 17, 15, 59, 59, 5, tzinfo=UTC), UUID(int=7))
    assert Place.parse(str(cursor)) == cursor
    for text in (None, "", "x", "-", str(cursor)[:-1], str(cursor) + "0", "20260317T155959.000005-", "é-ü"):
        assert Place.parse(text) is None


# Views and filters


@pytest.fixture(scope="module")
def situations(
    template: Template, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Template, datetime, dict[str, UUID]]:
    """A case in each situation at one desk: untouched, asked, answered, accepted, declined; arrived two days apart."""
    world, cases = World.copy(template, tmp_path_factory.mktemp("situations") / "home"), {}
    for name, category in (("old", "FIRE-01"), ("asked", "EXIT-01"), ("answered", "EXIT-01"), ("taken", "GAS-01"),
                           ("turned", "EXIT-01")):  # fmt: skip
        key, cases[name] = arrive(world, category=category)
        if name in {"asked", "answered"}:
            ask(world, "lin", cases[name])
        if name == "answered":
            say(world, key, "地下二层。")
        world.clock.forward(days=2)
    accept(world, "lin", cases["taken"])
    decline(world, "lin", cases["turned"], "INFO_REQUEST")
    world.sign()
    return world.keep(template), world.clock(), cases


@pytest.fixture
def world(request: pytest.FixtureRequest, template: Template, tmp_path: Path) -> Iterator[World]:
    """A copy of the installation, or of those situations for whoever asks for their cases."""
    start, now, _ = request.getfixturevalue("situations") if "various" in request.fixturenames else (template, NOON, {})
    made = World.copy(start, tmp_path / "home")
    made.clock.now = now
    yield made
    made.close()


@pytest.fixture
def various(situations: tuple[Template, datetime, dict[str, UUID]]) -> dict[str, UUID]:
    return situations[2]


def named(world: World, cases: dict[str, UUID], username: str = "lin", **filters: Any) -> list[str]:
    by_id = {case_id: name for name, case_id in cases.items()}
    return [by_id[line.case_id] for line in show(world, username, **filters).lines]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["old", "asked", "answered", "taken"]),
        ({"view": View.WAITING}, ["asked"]),
        ({"view": View.NEWS}, ["answered"]),
        ({"view": View.DONE}, ["turned"]),
        ({"view": View.LATE}, []),
        ({"view": View.UNASSIGNED}, ["taken"]),
        ({"view": View.URGENT}, []),
        ({"view": View.SUPERVISED}, []),
        ({"state": CaseState.RECEIVED}, ["old", "answered"]),
        ({"category": "EXIT-01"}, ["asked", "answered"]),
        ({"category": "EXIT-01", "state": CaseState.AWAITING}, ["asked"]),
        ({"days": 7}, ["old", "asked"]),
        ({"view": View.DONE, "category": "FIRE-01"}, []),
    ],
)
@pytest.mark.parametrize("username", ["lin", "gao"])
def test_views_and_filters_show_what_they_say(
    world: World, various: dict[str, UUID], username: str, filters: dict[str, Any], found: list[str]
) -> None:
    assert named(world, various, username, **filters) == found
    assert show(world, username, **filters).count == len(found)


def test_each_view_is_counted(world: World, various: dict[str, UUID]) -> None:
    assert various
    counts = show(world, category="GAS-01").counts
    assert {view: count for view, count in counts.items() if count} == {
        View.OPEN: 4,
        View.WAITING: 1,
        View.UNASSIGNED: 1,
        View.NEWS: 1,
    }


def test_what_is_due_within_three_days_is_a_view_of_its_own(world: World, various: dict[str, UUID]) -> None:
    world.clock.forward(days=3)  # the thirteenth day of the first
    world.sign()
    assert named(world, various, view=View.SOON) == ["old"]
    assert named(world, various, view=View.LATE) == []


def test_what_is_late_is_a_view_of_its_own(world: World, various: dict[str, UUID]) -> None:
    world.clock.forward(days=8)
    world.sign()
    assert named(world, various, view=View.LATE) == ["old", "asked"]


def test_a_letter_is_news_until_intake_has_opened_it(world: World, various: dict[str, UUID]) -> None:
    open_case(world, "gao", various["answered"])
    assert named(world, various, view=View.NEWS) == ["answered"]
    open_case(world, "lin", various["answered"])
    assert named(world, various, view=View.NEWS) == []


def test_what_is_done_comes_last_closed_first_over_pages(full: World) -> None:
    closed = due(full)[:60]
    for place, case_id in enumerate(closed):
        run(full, "UPDATE cases SET state = 'closed', due_at = NULL, closed_at = ? WHERE id = ?",
            f"2026-03-05 00:00:{place:02}.000000", case_id.bytes)  # fmt: skip
    first = show(full, view=View.DONE)
    second = show(full, view=View.DONE, after=first.after)
    assert [line.case_id for line in (*first.lines, *second.lines)] == closed[::-1]
    assert (bool(first.before), second.after) == (False, None)
    assert [line.case_id for line in show(full, view=View.DONE, before=second.before).lines] == closed[:9:-1]


@pytest.mark.parametrize(("view", "newest_first"), [(View.OPEN, False), (View.DONE, True)])
def test_what_came_long_ago_comes_in_the_order_of_arrival_over_pages(
    full: World,
    view: View,
    newest_first: bool,  # noqa: FBT001
) -> None:
    if view is View.DONE:
        run(full, "UPDATE cases SET state = 'closed', due_at = NULL, closed_at = '2026-03-05 00:00:00.000000'")
    old = run(full, "SELECT id FROM cases WHERE arrived_at <= '2026-03-03 04:00:00.000000' AND authority_id = (SELECT "
                    "authority_id FROM officers WHERE username = 'lin') ORDER BY arrived_at, id")  # fmt: skip
    wanted, first = [UUID(bytes=one) for (one,) in old][:: -1 if newest_first else 1], show(full, view=view, days=2)
    second = show(full, view=view, days=2, after=first.after)
    assert ids([first, second]) == wanted
    assert (len(first.lines), second.after, first.count) == (50, None, len(wanted))
    assert ids([show(full, view=view, days=2, before=second.before)]) == ids([first])


def test_a_lead_with_offices_below_can_look_at_one_of_them(world: World) -> None:
    _, here = arrive(world, division="220102")
    world.sign()
    assert show(world).offices == ()
    offices = dict(show(world, "sheng-lead").offices)
    assert {"office-220000", "office-220100", "office-220300"} <= set(offices)
    with world.store.reading() as session:
        office = queue.office_of(world.house, session, "office-220100", now=world.clock())
        assert queue.office_of(world.house, session, "x", now=world.clock()) is None
    assert [line.case_id for line in show(world, "gao", authority_id=office).lines] == [here]
    assert show(world, "gao", authority_id=UUID(int=1)).lines == ()
