"""What an auditor may look at, and that they looked: whose trails, which officers, which cases (审计).

* An auditor reads the trails of their authority and of those below it. Discipline stands outside that tree: its trail,
  what its officers do in trails of others (they read the register of inquiries), and cases that were handed to it are
  shown to its own auditor alone. What an office did before it handed something over stays in that office's trail; which
  report it was, and where it went, does not.
* Looking is recorded in the auditor's own trail, before it is shown: which page, about whom or which case, how many
  entries, and the digest of the filters and of what was shown. The entry names no row as its object, so that neither
  the officers of a case nor its reporter see that it was audited.
* Figures and lists are found by columns that repeat the entries; each entry that is shown is held to its leaf and its
  MAC first. Columns that hide an entry are found by `portal audit verify`, not here.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.primitives import fields, sha256
from portal.domain import access, jurisdiction
from portal.domain.audit import Party
from portal.domain.errors import StrangerError
from portal.domain.oversight import OWN
from portal.domain.vocabulary import ActorKind, Duty
from portal.office import checkpoints
from portal.office.acting import Act
from portal.office.recording import Draft, record
from portal.store.cases import Case
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry
from portal.store.officers import Officer
from portal.store.reports import Report

AUDITORS = (Duty.AUDIT,)
# Entries of no office that an auditor of the whole tree reads: what happened to the installation itself.
INSTALLATION = frozenset(
    {
        "founded",
        "key_certified",
        "upgraded",
        "recovery_drilled",
        "recovery_replaced",
        "refusals_counted",
        "files_collected",
    }
)
SHORT = 8  # hex digits that name a case without a number


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose trails an auditor reads, and what of them stays hidden."""

    home: UUID
    trails: frozenset[UUID]
    discipline: UUID | None  # None where it is the auditor's own
    hidden: frozenset[UUID]  # officers of discipline
    whole: bool  # the whole tree: entries of the installation too

    def knows(self, authority_id: UUID | None) -> bool:
        """Whether an authority may be named."""
        return authority_id in self.trails


def admit(act: Act) -> Scope:
    """Whose trails the actor reads. Raises NotAllowedError for whoever is no auditor, UnsignedError."""
    access.require_seat(act.actor, AUDITORS)
    checkpoints.require_signed(act.session, act.house, now=act.now)
    tree = act.tree()
    auditing = [seat.authority_id for seat in act.actor.seats if seat.duty in AUDITORS]
    trails = jurisdiction.trails(tree, auditing)
    discipline = None if tree.discipline in trails else tree.discipline
    hidden = select(Officer.id).where(Officer.authority_id == discipline)
    return Scope(
        home=auditing[0],
        trails=trails,
        discipline=discipline,
        hidden=frozenset(act.session.scalars(hidden)) if discipline else frozenset(),
        whole=tree.province in trails,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What an auditor looks at: which page, which entries, about whom or which case, narrowed by what."""

    page: str
    shown: tuple[UUID, ...] = ()
    about: UUID | None = None
    wanted: str = ""


def looked(act: Act, scope: Scope, look: Look) -> None:
    """Record that the auditor looks: before it is shown, in a transaction of its own."""
    digest = sha256(*(fields(look.page.encode(), look.wanted.encode()), *(one.bytes for one in look.shown))).hex()
    facts: dict[str, object] = {"page": look.page, "count": len(look.shown), "digest": digest}
    if look.about is not None:
        facts["about"] = str(look.about)
    record(act.session, act.house.entry_key, Draft(OWN, act.now, party(act, scope), facts=facts))


def party(act: Act, scope: Scope) -> Party:
    """Who the ledger says audited."""
    return Party(ActorKind.OFFICER, act.actor.officer_id, scope.home, Duty.AUDIT)


def case_label(scope: Scope, case: Case) -> str:
    """What a case is called: its number while it is of the auditor's offices, else the beginning of its id."""
    return case.number if case.number and scope.knows(case.authority_id) else case.id.hex[:SHORT].upper()


def may_know(scope: Scope, case: Case) -> bool:
    """Whether a case may be told from others: not once discipline has it."""
    return scope.discipline is None or case.authority_id != scope.discipline


def objects_of(session: Session, case_id: UUID) -> frozenset[UUID]:
    """What entries about a case name: the case, its reports, the requests about them."""
    reports = session.scalars(select(Report.id).where(Report.case_id == case_id)).all()
    asked = session.scalars(select(Disclosure.id).where(Disclosure.report_id.in_(reports))).all()
    return frozenset({case_id, *reports, *asked})


def require_case(session: Session, scope: Scope, case_id: UUID) -> Case:
    """A case of which the auditor's trails hold more than a refusal. Raises StrangerError."""
    case = session.get(Case, case_id)
    if case is None or not may_know(scope, case):
        raise StrangerError("no such case")
    if not scope.knows(case.authority_id):
        touched = select(Entry.index).where(
            Entry.object_id.in_(objects_of(session, case_id)),
            Entry.authority_id.in_(scope.trails),
            Entry.event != "refused",
        )
        if session.scalars(touched.limit(1)).first() is None:
            raise StrangerError("no such case")
    return case


def find_case(session: Session, scope: Scope, typed: str) -> UUID | None:
    """The case that a number, an id or the beginning of one names, within what the auditor may know."""
    case = session.scalars(select(Case).where(Case.number == typed)).first()
    if case is not None:
        return case.id if scope.knows(case.authority_id) else None
    try:
        return require_case(session, scope, UUID(typed) if len(typed) > SHORT else _beginning(session, typed)).id
    except (ValueError, StrangerError):
        return None


def _beginning(session: Session, typed: str) -> UUID:
    """The case whose id begins so. Raises ValueError for none, or several."""
    first, last = (UUID(f"{typed:{fill}<32}") for fill in "0f")
    (found,) = session.scalars(select(Case.id).where(Case.id >= first, Case.id <= last).limit(2)).all()
    return found


def require_officer(session: Session, scope: Scope, officer_id: UUID) -> Officer:
    """An officer of the auditor's offices, or one who acted for them. Raises StrangerError."""
    officer = session.get(Officer, officer_id)
    if officer is None or officer_id in scope.hidden:
        raise StrangerError("no such officer")
    if not scope.knows(officer.authority_id):
        acted = select(Entry.index).where(Entry.actor_id == officer_id, Entry.authority_id.in_(scope.trails))
        if session.scalars(acted.limit(1)).first() is None:
            raise StrangerError("no such officer")
    return officer
