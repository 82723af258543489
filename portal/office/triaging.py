"""What a case's page says of the steps of triage, for whoever has been admitted to it."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain import access, countersign, lifecycle
from portal.domain.case_vocabulary import Lane
from portal.domain.papers import Grounds
from portal.domain.vocabulary import Action, Duty, MotionStep
from portal.office import (
    blocking,
    disputing,
    holding,
    merging,
    motions,
    papers,
    recusing,
    referral_sheets,
    referring,
    splitting,
    timing,
)
from portal.office.case_rows import CaseRows
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.triage_sheets import BlockingSheet, DisputeSheet, MergedLine, TriageSheet
from portal.policy.reason_lists import ReferralBody
from portal.store.cases import Case
from portal.store.driving import by_id
from portal.store.officers import Officer
from portal.store.referrals import Dispute, Referral


def of_case(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    rows: CaseRows,
    directory: Directory,
    language: str,
    *,
    now: datetime,
) -> TriageSheet:
    """Everything of it."""
    offered, dues = access.offered(admitted.actor, admitted.facts), timing.dues_of(rows.clocks)
    held, together = holding.holds(dues), _together(session, admitted.case, rows)
    return TriageSheet(
        aside=admitted.case.lane is Lane.SPAM,
        may_aside=blocking.may_put_aside(dues),
        block_reasons=tuple(blocking.reasons(house).values()),
        blocking=_blocking(session, house, admitted, ring, rows, directory, now),
        together=together,
        split=splitting.offered(session, house, admitted, together, now=now),
        merges=Action.MERGE in offered,
        bodies=_bodies(house, admitted, held),
        refers_whole=Action.REFER in offered,
        referrals=referral_sheets.lines(session, house, admitted) if Referral in rows.there else (),
        objects=disputing.may_object(directory, admitted, rows, now=now),
        dispute=_dispute(session, house, admitted, directory, language, now) if Dispute in rows.there else None,
        recused=recusing.names(session, admitted.recused),
        recusable=recusing.others(session, house, admitted, now=now) if admitted.duty is Duty.LEAD else (),
        pleas=recusing.pleas(session, house, ring, admitted) if admitted.duty is Duty.LEAD else (),
        held=tuple(house.policies.clocks.rules[rule] for rule in sorted(held)),
    )


def _bodies(house: House, admitted: Admitted, first: frozenset[str]) -> tuple[ReferralBody, ...]:
    """Whom something of it may be handed to, whoever must be told first at the head; nothing of a case that is over."""
    over = admitted.case.state in lifecycle.FINAL
    able = admitted.duty in access.PERFORMERS[Action.REFER]
    if over or not able:
        return ()
    return tuple(sorted(referring.bodies(house).values(), key=lambda body: not first & set(body.clocks)))


def _dispute(
    session: Session, house: House, admitted: Admitted, directory: Directory, language: str, now: datetime
) -> DisputeSheet | None:
    row = disputing.open_dispute(session, admitted.case.id)
    if row is None:
        return None
    decides = row.desk_id in admitted.actor.desks(Duty.LEAD)
    found = disputing.choices(session, house, admitted, row, now=now) if decides else ()
    return DisputeSheet(
        raised_at=row.raised_at,
        decider=directory.name(directory.places[row.desk_id][0], language),
        choices=tuple((one, directory.name(one, language)) for one in found),
    )


def _together(session: Session, case: Case, rows: CaseRows) -> tuple[MergedLine, ...]:
    """The reports that are handled together, whoever came first at the head; () for one alone."""
    if case.main_id is None and Case not in rows.there:
        return ()
    main_id = merging.main_of(case)
    found = merging.reports_of(session, main_id)
    cases = by_id(session, Case, (one.case_id for one in found))
    lines = (
        MergedLine(
            case_id=one.case_id,
            number=cases[one.case_id].number,
            index=one.index,
            arrived_at=cases[one.case_id].arrived_at,
            first=place == 0,
            own=one.case_id == case.id,
            main=one.case_id == main_id,
            news=cases[one.case_id].news_at is not None,
        )
        for place, one in enumerate(found)
    )
    return tuple(lines)


def _blocking(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    rows: CaseRows,
    directory: Directory,
    now: datetime,
) -> BlockingSheet | None:
    """What waits for a second person, to whoever proposed it and to those who may confirm."""
    motion = blocking.waiting(rows.motions, now=now)
    if motion is None:
        return None
    facts = motions.facts_of(motion)
    steps = countersign.offered(directory.tree, admitted.actor, facts, now=now)
    if not steps:
        return None
    said = json.loads(motion.content or b"{}")
    paper = papers.filed_with(session, house, ring, admitted.case.id, motion.proposer_id, motion.proposed_at)
    return BlockingSheet(
        reason=house.policies.reasons_of(said["edition"]).decline[said["reason"]],
        words=paper.text if isinstance(paper, Grounds) else None,
        proposer=session.get_one(Officer, motion.proposer_id).username,
        expires_at=motion.expires_at,
        steps=steps & frozenset({MotionStep.CONFIRM, MotionStep.REFUSE, MotionStep.WITHDRAW}),
    )
