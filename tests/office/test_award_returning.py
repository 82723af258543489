"""A proposal that is sent back says why: a reason of the list, and words that those who propose anew read."""

from dataclasses import replace
from uuid import UUID

import pytest

from portal.domain.award_vocabulary import AwardState, ReturnWhy
from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import PaperError
from portal.office import award_returning, award_sheets, papers
from portal.office.keyring import ReporterKey
from tests import rewards as cast
from tests.rewards import BACK, award_of
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.reward("proposed")


def read(staff: Staff, award: UUID, who: str):
    world = staff.world
    world.sign()
    with world.store.transaction() as session:
        ring, actor = world.ring(who), staff.actor(who)
        return award_sheets.show(session, world.house, actor, ring, award, "zh-Hans", now=world.clock()).returned


def test_whoever_proposes_anew_reads_why_it_came_back(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    cast.send_back(staff, award)
    row = award_of(world, key.report_id)
    assert row.state is AwardState.RETURNED
    entry = world.entries()[-1]
    assert (entry["event"], entry["reason"]) == ("award_returned", "evidence")
    assert BACK.words not in str(entry)
    for who in ("chen", "gao", "song"):
        assert read(staff, award, who) == BACK
        with world.store.reading() as session:
            again = award_returning.why_of(session, world.house, world.ring(who), key.report_id)
            filed = papers.of_case(session, world.house, world.ring(who), row.case_id)
        assert again == BACK
        assert [one.paper for one in filed if one.kind is PaperKind.RETURN] == [BACK]
    with world.store.reading() as session:
        assert award_returning.why_of(session, world.house, world.ring("shen"), key.report_id) is None
    cast.propose(staff, row.case_id, key.report_id)
    world.verify()


@pytest.mark.sqlite
def test_nothing_is_sent_back_without_a_word(staff: Staff, world: World, key: ReporterKey, award: UUID) -> None:
    with pytest.raises(PaperError):
        cast.send_back(staff, award, said=replace(BACK, why=ReturnWhy.OTHER, words=" "))
    assert award_of(world, key.report_id).state is AwardState.SUBMITTED


@pytest.mark.sqlite
def test_what_waits_to_be_judged_was_not_sent_back(world: World, key: ReporterKey) -> None:
    with world.store.reading() as session:
        assert award_returning.why_of(session, world.house, world.ring("gao"), key.report_id) is None
