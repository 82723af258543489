"""`portal audit replay` on real ledgers: an insider with the portal's keys writes what verifies and breaks a rule."""

import json

import pytest
from click.testing import CliRunner

from portal.cli.audit import command
from portal.domain.errors import LedgerError
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from portal.office import replaying
from tests.drills.crowd import environ
from tests.illegal import ILLEGAL
from tests.illegal_cases import CASES, taken_up_in_another_duty
from tests.illegal_requests import REQUESTS, asked_and_lifted_by_one_person_at_two_desks, lifted_in_another_duty
from tests.office.drills import tamper
from tests.sending import accept, arrive, open_case
from tests.telling import Book, Report, Told
from tests.world import World

STAFFED = (taken_up_in_another_duty, asked_and_lifted_by_one_person_at_two_desks, lifted_in_another_duty)


@pytest.fixture
def book(world: World) -> Book:
    return Book(Told(world), world.clock())


def test_what_people_do_by_the_portal_is_legal(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    accept(world, "lin", case_id)
    found = replaying.replay(world.store)
    assert (found.differences, found.untold, found.emptied) == ((), {}, 0)
    assert found.entries == world.verify().entries


def test_each_illegal_sequence_is_found_in_a_ledger_that_signs_it(world: World) -> None:
    """One after another, but for those that leave the staff another than it was."""
    spans, told = {}, Told(world)
    for sequence in (one for one in (*CASES, *REQUESTS) if one not in STAFFED):
        first = told.size()
        sequence(Book(told, world.clock()))
        spans[sequence] = range(first, told.size())
    found = world.replay()
    for sequence, span in spans.items():
        rule, expected = ILLEGAL[sequence]
        here = [one for one in found if one.index in span and one.rule is rule]
        assert [one for one in here if expected in one.expected], sequence.__name__
    assert {one.index for one in found} <= {index for span in spans.values() for index in span}


def test_entries_that_verify_say_who_skipped_a_rule(book: Book, world: World) -> None:
    """The phone read by the lead: genuine to the last byte, and not legal."""
    key, case_id = arrive(world, may_phone=True)
    verified = world.verify().entries
    book.step("phone_read", Report(key.report_id, case_id), "gao", Duty.LEAD)
    with pytest.raises(AssertionError):
        world.verify()
    (found,) = world.replay()
    assert (found.index, found.event, found.rule) == (verified, "phone_read", Rule.DUTY)


def test_entries_that_are_gone_are_no_ledger(world: World) -> None:
    arrive(world)
    tamper(world, 'DELETE FROM entries WHERE "index" = 5')
    with pytest.raises(LedgerError, match="are not whole"):
        replaying.replay(world.store)


def run(world: World, *arguments: str):
    return CliRunner().invoke(command, ["replay", *arguments], env=environ(world))


def test_the_command_says_so_and_exits(book: Book, world: World) -> None:
    key, case_id = arrive(world)
    fine = run(world)
    assert (fine.exit_code, "每一步都合规" in fine.output) == (0, True)
    book.step("opened", Report(key.report_id, case_id), "chen", letters=1)
    told = run(world)
    assert isinstance(told.exception, LedgerError)
    assert "opened: duty: 应当 expected" in told.output
    assert "DESIGN §1" in told.output


def test_the_command_prints_one_object(book: Book, world: World) -> None:
    key, case_id = arrive(world)
    book.step("opened", Report(key.report_id, case_id), "chen", letters=1)
    said = json.loads(run(world, "--json").stdout)
    assert said["entries"] == said["differences"][-1]["index"] + 1
    assert {one["rule"] for one in said["differences"]} == {"duty"}
    assert said["untold"] == {}
    assert said["emptied"] == 0
