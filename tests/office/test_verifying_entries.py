"""Entries are checked in parts by several processes, and the first that does not hold is named whoever finds it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import tree
from portal.domain.audit import EVENTS
from portal.domain.errors import LedgerError
from portal.domain.facts import FACTS
from portal.office import verifying, verifying_entries, verifying_tables
from portal.store.ledger import Entry
from tests.office.drills import tamper
from tests.world import World


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying_entries, "PART", 16)
    monkeypatch.setattr(verifying_entries, "FEW", 16)


@pytest.mark.usefixtures("small_parts")
def test_many_parts_say_what_one_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.visitor().report()
    world.sign()
    by_many = world.verify()
    assert by_many.entries > 5 * verifying_entries.PART
    monkeypatch.setattr(verifying_entries, "FEW", 1000)
    assert world.verify() == by_many


@pytest.mark.usefixtures("small_parts")
def test_of_two_entries_that_do_not_hold_the_first_is_named(world: World) -> None:
    tamper(world, 'UPDATE entries SET mac = zeroblob(32) WHERE "index" IN (40, 100)')
    with pytest.raises(LedgerError, match="entry 40 was not written by this portal"):
        world.verify()


@pytest.mark.usefixtures("small_parts")
def test_a_gap_between_two_parts_is_named(world: World) -> None:
    tamper(world, 'DELETE FROM entries WHERE "index" = 64', 'DELETE FROM leaves WHERE "index" = 64')
    with pytest.raises(LedgerError, match="entry 64 is missing"):
        world.verify()


def test_a_leaf_beyond_the_head_is_named(world: World) -> None:
    tamper(world, 'INSERT INTO leaves SELECT max("index") + 7, zeroblob(32) FROM leaves')
    with pytest.raises(LedgerError, match="the ledger should have"):
        world.verify()


def test_what_is_written_meanwhile_makes_no_false_alarm(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes see rows that this one does not: their parts are read again where it all began."""
    world.visitor().report()
    world.sign()
    before, forms = world.verify(), verifying.require_forms

    def meanwhile(session: Session) -> None:
        forms(session)
        world.visitor().report(description="又一件")

    monkeypatch.setattr(verifying, "require_forms", meanwhile)
    assert world.verify() == before


def test_more_rows_than_one_part_holds_are_all_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.visitor().report()
    whole = world.verify()
    monkeypatch.setattr(verifying_tables, "ROWS", 3)
    assert world.verify() == whole
    tamper(world, "UPDATE cases SET state = 'awaiting'")
    with pytest.raises(LedgerError, match=r"cases .* is not as entry"):
        world.verify()


@pytest.mark.parametrize(
    ("opening", "why"),
    [
        (b'{"a":1,"a":1}', ""),
        (b'{"b":1,"a":1}', ""),
        (b'{"a": 1}', ""),
        (b'{"a":1.0}', "no canonical form"),
        (b'{"a":NaN}', "no canonical form"),
        (b'{"a":9007199254740993}', "no canonical form"),
        (b'{"a":"\\u4e00"}', ""),
        (b'{"a":"\xff"}', ""),
        (b"[" * 100_000, ""),
        (b"[1]", ""),
        (b"", ""),
    ],
)
def test_an_opening_that_is_not_the_one_encoding_of_what_it_says_is_refused(opening: bytes, why: str) -> None:
    with pytest.raises(LedgerError, match=rf"entry 7 is not canonical JSON.*{why}"):
        verifying_entries.read(7, opening)
    assert verifying_entries.read(7, '{"a":[null,true,-1],"b":"一\\n"}'.encode())


_ENTRY = (
    '{"actor":{"authority":null,"duty":null,"kind":"system","officer":null},"at":"2026-02-04T02:00:00Z",'
    '"authority":null,"event":"adopted","facts":{"clocks":{"C05":"a","C06":"b"},"number":0},"object":["cases","c"],'
    '"reason":null,"rows":[["cases","c","d"]],"v":1}'
)
_SPELT_OTHERWISE = (
    ('"facts":{"clocks":{"C05":"a","C06":"b"},"number":0}', '"facts":{"number":0,"clocks":{"C05":"a","C06":"b"}}'),
    ('{"C05":"a","C06":"b"}', '{"C06":"b","C05":"a"}'),
    ('{"C05":"a","C06":"b"}', '{"C05":"a","C05":"b"}'),
    ('"number":0', '"number":0,"number":0'),
    ('"number":0', '"number":-0'),
    ('"number":0', '"number":[{"b":1,"a":1}]'),
    ('"number":0', '"number": 0'),
    ('"number":0', '"number":\t0'),
    ('"a"', '"\\u0061"'),
    ('"a"', '"\\/"'),
    ('{"authority":null,"duty":null,"kind":"system","officer":null}', '["authority","duty","kind","officer"]'),
    ('"duty":null,"kind":"system"', '"kind":"system","duty":null'),
    ('"at":"2026-02-04T02:00:00Z",', ""),
    ('"v":1}', '"v":1}\n'),
    ('"v":1', '"v":1,"é":{"b":1,"a":1}'),
    ('{"clocks":{"C05":"a","C06":"b"},"number":0}', '[{"b":1,"a":1}]'),
)


_OTHER_VALUES = (
    ('"number":0', '"number":9007199254740991'),
    ('"number":0', '"number":9007199254740993'),
    ('"number":0', '"number":01'),
    ('"number":0', '"number":-1'),
    ('"number":0', '"number":1.0'),
    ('"number":0', '"number":["a",":b"]'),
    ('"number":0', '"number":["a","b",]'),
    ('"number":0', '"number":true'),
    ('"number":0', '"number":null'),
    ('"number":0', '"number":"\x7f"'),
    ('"number":0', '"number":"a\nb"'),
    ('"number":0', '"number":0,"zone":"a"'),
    ('"number":0', '"number":0,"about":"a"'),
    ('"clocks":{"C05":"a","C06":"b"},', ""),
    ('"clocks":{"C05":"a","C06":"b"},"number":0', ""),
    ('["cases","c"]', "null"),
    ('["cases","c"]', '["cases"]'),
    ('["cases","c","d"]', ""),
    ('["cases","c","d"]', '["cases","c","d"],["cases","e",""]'),
    ('["cases","c","d"]', '["cases","c","d"],'),
    ('"authority":null,"event"', '"authority":"a-b","event"'),
    ('"reason":null', '"reason":"吉"'),
    ('"reason":null', '"reason":"PROTECT"'),
)


@given(st.sets(st.sampled_from(_SPELT_OTHERWISE + _OTHER_VALUES), max_size=3))
@example({_OTHER_VALUES[13]})
@example({_OTHER_VALUES[13], _OTHER_VALUES[14]})
@example({_OTHER_VALUES[13], _OTHER_VALUES[5]})
@example({_OTHER_VALUES[13], _SPELT_OTHERWISE[3]})
@example({_OTHER_VALUES[13], _OTHER_VALUES[12]})
def test_what_is_seen_at_sight_is_what_reading_says(changes: set[tuple[str, str]]) -> None:
    text = _ENTRY
    for one, other in sorted(changes):
        text = text.replace(one, other)
    seen = verifying_entries._at_sight(text.encode())
    if seen is not None:
        *columns, rows = verifying_entries._by_reading(7, text.encode())
        assert (*columns, [tuple(row) for row in rows]) == (*seen[:-1], list(seen[-1]))


def test_usual_entries_are_read_at_sight(world: World) -> None:
    """Or a million of them would take twice as long, and nothing else would show it."""
    world.visitor().report()
    world.sign()
    with world.store.reading() as session:
        openings = session.execute(select(Entry.event, Entry.opening)).all()
    unseen = {event for event, opening in openings if verifying_entries._at_sight(opening) is None}
    nested = {name for name, event in EVENTS.items() if {FACTS[fact] for fact in event.facts} & {"clocks", "digests"}}
    assert unseen == nested & {event for event, _ in openings}


@given(st.sets(st.sampled_from(_SPELT_OTHERWISE), max_size=2))
@example({('"number":0', '"number":[{"b":1,"a":1}]'), _SPELT_OTHERWISE[10]})
def test_an_opening_is_read_exactly_when_writing_it_again_gives_the_same_bytes(changes: set[tuple[str, str]]) -> None:
    text = _ENTRY
    for one, other in sorted(changes):
        text = text.replace(one, other)
    if tree.canonical(json.loads(text)) == text.encode():
        assert verifying_entries.read(7, text.encode()) == json.loads(text)
    else:
        with pytest.raises(LedgerError, match="entry 7 is not canonical JSON"):
            verifying_entries.read(7, text.encode())


@pytest.mark.parametrize("change", _SPELT_OTHERWISE)
def test_each_other_spelling_of_an_entry_is_refused(change: tuple[str, str]) -> None:
    assert verifying_entries.read(7, _ENTRY.encode())
    changed = _ENTRY.replace(*change)
    assert changed != _ENTRY
    if tree.canonical(json.loads(changed)) != changed.encode():
        with pytest.raises(LedgerError, match="entry 7 is not canonical JSON"):
            verifying_entries.read(7, changed.encode())
