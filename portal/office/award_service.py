"""When a decision on a reward counts as received (送达): opened in the mailbox, or so long after a public notice of it.

The first of the two counts. From then on a grant is to be claimed (C23), a refusal or a revocation contested (C12).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import awards, clocks
from portal.domain.audit import written
from portal.domain.rewards_terms import Provision
from portal.office import timing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.recording import Draft
from portal.store.awards import Award
from portal.store.cases import Case, Clock
from portal.store.ledger import Entry
from portal.store.reports import Letter, Report

OBJECT_RULE, NOTIFY_RULE, CLAIM_RULE = "C12", "C22", "C23"
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Service:
    """How the newest decision comes to its reporter."""

    unread: bool  # granted or revoked, and never opened
    posted_on: date | None  # when a public notice was put up
    counts_on: date | None  # and from when that counts as received
    provision: Provision  # by which article


def service_of(session: Session, house: House, award: Award) -> Service:
    """The same as pages show it."""
    provisions = house.policies.rewards_of(award.edition).rules.provisions
    return Service(is_unread(session, award), award.posted_on, counts_on(house, award), provisions["notice_days"])


def counts_on(house: House, award: Award) -> date | None:
    """The day on which a public notice counts as received; None where none was put up."""
    if award.posted_on is None:
        return None
    return award.posted_on + timedelta(days=house.policies.rewards_of(award.edition).rules.terms.notice_days)


def received(session: Session, house: House, award: Award) -> datetime | None:
    """When the newest decision counts, or will count, as received; None before it was opened or put up."""
    letter, counts = session.get(Letter, award.letter_id) if award.letter_id else None, counts_on(house, award)
    opened = letter.served_at if letter is not None else None
    noticed = clocks.last_moment_of(counts) if counts else None
    return min((one for one in (opened, noticed) if one is not None), default=None)


def contest_until(session: Session, house: House, award: Award) -> date | None:
    """Until when a refusal or a revocation may be contested; None before it counts as received."""
    at = received(session, house, award)
    if award.state not in awards.CONTESTABLE or at is None:
        return None
    rule = house.policies.clocks.rules[OBJECT_RULE]
    return clocks.day_of(clocks.due(rule, at, house.policies.holidays).due_at)


def is_unread(session: Session, award: Award) -> bool:
    """Whether it was granted or revoked and its reporter never opened that: what a public notice is for."""
    letter = session.get(Letter, award.letter_id) if award.letter_id else None
    return award.state in awards.TOLD and letter is not None and letter.served_at is None


def called(session: Session, report: Report) -> tuple[str, int]:
    """What a public notice calls a reporter by: their number, and the place of their report in the ledger.

    The page with their code told them of that place; whose report was merged before it was taken up has no number.
    """
    arrived = select(Entry.index).where(Entry.object_id == report.id, Entry.event == SUBMITTED)
    return session.get_one(Case, report.case_id).number or "", session.scalars(arrived).one()


def run(session: Session, house: House, draft: Draft, award: Award, at: datetime, *, now: datetime) -> None:
    """The reporter has been reached: the time to claim runs from this moment, and from no other."""
    timing.end(
        session,
        draft,
        (NOTIFY_RULE, CLAIM_RULE),
        report_id=award.report_id,
        case_id=award.case_id,
        now=now,
    )
    batch, at = Batch(), _free(session, award, at)
    due = timing.start(house, batch, draft, CLAIM_RULE, now=at, started_at=at, report_id=award.report_id)
    batch.insert(session)
    award.until = clocks.day_of(due.due_at)
    said = draft.facts.get("clocks")
    before = said if isinstance(said, dict) else {}
    draft.facts = {**draft.facts, "clocks": {**before, CLAIM_RULE: written(due.due_at)}}


def _free(session: Session, award: Award, at: datetime) -> datetime:
    """A start that no time limit of this report has: of one start one row stands, and an hour may see two decisions."""
    before = select(Clock.started_at).where(Clock.report_id == award.report_id, Clock.rule == CLAIM_RULE)
    taken = set(session.scalars(before))
    while at in taken:
        at += timedelta(seconds=1)
    return at
