"""The facts of a reward as the case says them: findings, penalties, what was known, who was first, who left a name.

What the case does not say (a labour contract, kinship, a toll) whoever proposes adds, with what shows it.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import rewards_reading
from portal.domain.award_papers import Proposal
from portal.domain.case_vocabulary import PaperKind
from portal.domain.dossier import Dossier
from portal.domain.paper_vocabulary import Known, Outcome, PenaltyStatus
from portal.domain.rewards_facts import Facts, Fined, Insider, Matter, Reporter, RewardKind
from portal.domain.rewards_shape import Assessment
from portal.domain.vocabulary import IdentityField, ReportState
from portal.office import assessing, identity
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.preceding import Standing
from portal.store.awards import Award
from portal.store.papers import Paper as Row
from portal.store.reports import Report

FOUND = frozenset({Outcome.SUBSTANTIATED, Outcome.PARTLY})
RESTED_ON = frozenset({PaperKind.FINDING, PaperKind.PENALTY, PaperKind.CONCLUSION, PaperKind.REVIEW})


def drawn(session: Session, house: House, admitted: Admitted, known: Dossier, standing: Standing) -> Facts:
    """What there is to say without asking anybody, about one of the reports of a case."""
    return replace(
        Facts(),
        reporter=_reporter(session, standing.own.report_id),
        matter=Matter(
            kind=RewardKind(house.policies.categories.kinds[admitted.case.category].reward_kind),
            verified=_verified(known),
            known_before=_known(known),
            earlier_named_report=standing.preceded,
            awarded=standing.awarded,
            withdrawn=standing.own.withdrawn,
        ),
        penalties=_penalties(known),
    )


def _penalties(known: Dossier) -> tuple[Fined, ...]:
    """Those that were decided, also where they were annulled since."""
    return tuple(
        Fined(one.fen, one.against, one.takes, one.reason, one.status)
        for one in known.penalties.values()
        if one.status is not PenaltyStatus.PROPOSED
    )


def again(house: House, award: Award, paper: Proposal, known: Dossier) -> Assessment | None:
    """What the same facts come to with the penalties as they stand now (E26); None where nothing has changed.

    It is shown, and claws nothing back: a person decides.
    """
    before = assessing.assess(house, award.edition, paper.facts)
    facts = replace(assessing.facts_of(paper.facts), penalties=_penalties(known))
    now = assessing.assess(house, award.edition, rewards_reading.written(facts))
    return now if assessing.digest(now, paper.salt) != assessing.digest(before, paper.salt) else None


def changed_since(session: Session, proposal: Row) -> bool:
    """Whether a finding, a penalty or a conclusion was filed after a proposal: its facts are the case's no more."""
    later = Row.case_id == proposal.case_id, Row.position > proposal.position, Row.kind.in_(RESTED_ON)
    return session.scalars(select(Row.id).where(*later).limit(1)).first() is not None


def taken_back(session: Session, report: Report, facts: Facts) -> bool:
    """Whether the reporter has withdrawn, or erased the name, since facts were proposed that say otherwise."""
    withdrawn = report.state is ReportState.WITHDRAWN and not facts.matter.withdrawn
    return withdrawn or (facts.reporter.identified and not _reporter(session, report.id).identified)


def named_since(session: Session, award: Award, paper: Proposal) -> bool:
    """Whether a name was left after it was proposed without one: then it is to be proposed anew."""
    return not assessing.facts_of(paper.facts).reporter.identified and _reporter(session, award.report_id).identified


def undecided(known: Dossier) -> int:
    """How many penalties are only proposed: a reward by them waits."""
    return sum(one.status is PenaltyStatus.PROPOSED for one in known.penalties.values())


def _reporter(session: Session, report_id: UUID) -> Reporter:
    """Which fields were given, never what they say; whoever has a code can claim by it.

    Whether they belong to the unit is sealed like a name: whoever proposes says what was shown of it.
    """
    given = set(identity.own(session, report_id))
    named = IdentityField.NAME in given
    return Reporter(
        identified=named,
        contact=not named and bool(given & {IdentityField.PHONE, IdentityField.EMAIL}),
        claim_code=not named,
        insider=Insider.NO,
    )


def _verified(known: Dossier) -> bool | None:
    said = known.conclusion.outcome if known.conclusion else None
    return None if said is None else said in FOUND


def _known(known: Dossier) -> Known:
    """As findings of what was found to be true say; what was known and left alone is still rewarded (第7条第1款)."""
    said = {one.known for one in known.findings.values() if one.outcome in FOUND}
    if said == {Known.HANDLED}:
        return Known.HANDLED
    return Known.UNHANDLED if Known.UNHANDLED in said else Known.NO
