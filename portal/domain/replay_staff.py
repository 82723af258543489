"""The staff as entries tell it: offices, officers and their lives, desks and who sits there, who may act at all.

Every rule is one of `domain.seating` and `domain.countersign`; this module only remembers what they look at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from portal.domain import countersign, seating
from portal.domain.access import Actor, SeatFacts
from portal.domain.errors import PolicyError
from portal.domain.jurisdiction import AuthorityTree, Node
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.seating import Held
from portal.domain.vocabulary import ActorKind, AuthorityKind, Duty, OfficerState

NOBODY = Actor(UUID(int=0), UUID(int=0), "", ())


@dataclass(slots=True)
class Officer:
    """Somebody of the staff."""

    id: UUID
    authority: UUID
    state: OfficerState
    certified: bool
    seats: dict[UUID, SeatFacts] = field(default_factory=dict)
    held: set[tuple[UUID, Duty]] = field(default_factory=set)
    ended: str = ""  # when work or a seat ended last,
    before: tuple[SeatFacts, ...] = ()  # and where they sat until then
    actor: Actor = NOBODY

    def changed(self) -> None:
        """Seats or state are others than before."""
        working = self.state is OfficerState.ACTIVE
        self.actor = Actor(self.id, self.authority, "", tuple(self.seats.values()) if working else ())

    def ends(self, at: str) -> None:
        """Something ends: a request under way is judged by what was."""
        self.before, self.ended = tuple(self.seats.values()), at

    def earlier(self) -> Actor:
        """Them as they were before something ended."""
        return Actor(self.id, self.authority, "", self.before)


@dataclass(slots=True)
class Desk:
    """A desk, and who holds its key."""

    facts: SeatFacts
    epoch: int
    officers: set[UUID] = field(default_factory=set)


@dataclass(slots=True)
class Staff:
    """Everybody, as of the entry that was heard last."""

    judge: Judge
    officers: dict[UUID, Officer] = field(default_factory=dict)
    desks: dict[UUID, Desk] = field(default_factory=dict)
    _places: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    _nodes: dict[UUID, Node] = field(default_factory=dict)
    _tree: AuthorityTree | None = None

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to the staff."""
        return {
            "authority_added": self._add_authority,
            "officer_enrolled": self._add_officer,
            "invited": self._add_officer,
            "enrolled": self._enrol,
            "code_given": self._begin_anew,
            "officer_certified": self._certify,
            "officer_suspended": self._suspend,
            "officer_resumed": self._resume,
            "officer_left": self._leave,
            "desk_opened": self._open,
            "desk_turned": self._turn,
            "seated": self._seat,
            "desk_recovered": self._seat,
            "unseated": self._unseat,
        }

    def tree(self) -> AuthorityTree | None:
        """Who stands above whom; None where older entries do not tell."""
        if self._tree is None:
            try:
                self._tree = AuthorityTree.of(self._nodes.values())
            except (PolicyError, ValueError):
                return None
        return self._tree

    def actor(self, officer_id: UUID | None) -> Actor:
        """An officer with the seats of this moment; nobody for whom no entry knows."""
        known = self.officers.get(officer_id) if officer_id else None
        return known.actor if known else NOBODY

    def actors(self, said: Said) -> tuple[Actor, ...]:
        """Whoever looks at something: as they are, and as they were if it may have been under way when that ended."""
        known = self.officers.get(said.officer) if said.officer else None
        now = self.actor(said.officer)
        return (now, known.earlier()) if known and said.soon_after(known.ended) else (now,)

    def authority_of(self, desk_id: UUID | None) -> UUID | None:
        """Whose desk it is."""
        known = self.desks.get(desk_id) if desk_id else None
        return known.facts.authority_id if known else None

    def admit(self, said: Said) -> None:
        """Whoever acts is at work, and sits at a desk of the duty in which they do."""
        officer = self.officers.get(said.officer) if said.officer else None
        if not self.judge.require(said, officer, Rule.KNOWN, "an officer whom an entry knows") or officer is None:
            return
        late = said.soon_after(officer.ended)
        working = officer.state is OfficerState.ACTIVE
        self.judge.require(said, working or late, Rule.AT_WORK, f"an officer at work, not one who is {officer.state}")
        if said.duty is None:
            return
        sat = officer.actor.seats if not late else (*officer.actor.seats, *officer.before)
        seated = any(seat.duty == said.duty for seat in sat)
        self.judge.require(said, seated or not working, Rule.DUTY, f"an officer who sits at a desk of {said.duty}")

    def administers(self, said: Said, authority: UUID | None, about: UUID | None = None) -> None:
        """Whoever acts administers this office, and it is not about themselves."""
        if said.is_by(ActorKind.SYSTEM):
            return
        self.judge.require(said, said.officer != about, Rule.TWO_PEOPLE, "nobody does this to themselves")
        tree = self.tree()
        if tree is None or authority is None:
            self.judge.lacks(Rule.STAFF)
            return
        own = countersign.administers(tree, self.actor(said.officer), authority)
        self.judge.require(said, own, Rule.DUTY, "an administrator of this office or of one above it")

    def _known(self, said: Said, officer_id: UUID | None) -> Officer | None:
        found = self.officers.get(officer_id) if officer_id else None
        self.judge.require(said, found, Rule.KNOWN, "an officer whom an entry knows")
        return found

    def _about(self, said: Said, *states: OfficerState) -> Officer | None:
        officer = self._known(said, said.about)
        if officer is not None:
            wanted = " or ".join(states)
            fits = officer.state in states
            self.judge.require(said, fits, Rule.STAFF, f"an officer who is {wanted}, not one who is {officer.state}")
        return officer

    def _add_authority(self, said: Said) -> None:
        if said.about is None:
            return
        code = str(said.facts.get("code", ""))
        discipline = code.startswith(f"{AuthorityKind.DISCIPLINE}-")
        kind = AuthorityKind.DISCIPLINE if discipline else AuthorityKind.OFFICE
        told = self.tree() if any(one.superior for one in self._nodes.values()) else None  # older entries say no edges
        self.judge.require(said, said.about not in self._nodes, Rule.STAFF, "an office that was not there yet")
        before = self._nodes
        self._nodes = before | {said.about: Node(said.about, said.id("superior"), kind, code.partition("-")[2])}
        self._tree = None
        if told is not None and not self.judge.require(said, self.tree(), Rule.STAFF, "an office that fits the tree"):
            self._nodes, self._tree = before, told  # or nothing that hangs on the tree would be judged from here on

    def _add_officer(self, said: Said) -> None:
        if said.about is None or said.trail is None:
            self.judge.breach(said, Rule.KNOWN, "an officer of an office")
            return
        self.judge.require(said, said.about not in self.officers, Rule.STAFF, "an officer who was not there yet")
        self.administers(said, said.trail)
        enrolled = said.event == "officer_enrolled"
        state = OfficerState.ACTIVE if enrolled else OfficerState.ENROLLING
        officer = Officer(said.about, said.trail, state, certified=enrolled or "fingerprint" in said.facts)
        officer.changed()
        self.officers[said.about] = officer

    def _enrol(self, said: Said) -> None:
        officer = self._about(said, OfficerState.ENROLLING)
        self.judge.require(said, said.officer == said.about, Rule.STAFF, "an officer who enrols themselves")
        self._become(officer, OfficerState.ACTIVE)

    def _begin_anew(self, said: Said) -> None:
        officer = self._about(said, OfficerState.ENROLLING, OfficerState.ACTIVE)
        self._narrow(said, officer, OfficerState.ENROLLING)
        if officer is not None:
            self.judge.require(said, not officer.seats, Rule.STAFF, "whose seats ended first")
            officer.certified = False

    def _certify(self, said: Said) -> None:
        officer = self._about(said, OfficerState.ACTIVE)
        if officer is not None:
            self.judge.require(said, not officer.certified, Rule.STAFF, "an officer whose keys nobody vouches for yet")
            officer.certified = True

    def _suspend(self, said: Said) -> None:
        self._narrow(said, self._about(said, OfficerState.ACTIVE), OfficerState.SUSPENDED)

    def _resume(self, said: Said) -> None:
        self._become(self._about(said, OfficerState.SUSPENDED), OfficerState.ACTIVE)

    def _leave(self, said: Said) -> None:
        there = (OfficerState.ENROLLING, OfficerState.ACTIVE, OfficerState.SUSPENDED)
        officer = self._about(said, *there)
        self._narrow(said, officer, OfficerState.LEFT)
        if officer is not None:
            self.judge.require(said, not officer.seats, Rule.STAFF, "whose seats ended first")

    def _narrow(self, said: Said, officer: Officer | None, state: OfficerState) -> None:
        self.administers(said, officer.authority if officer else said.trail, said.about)
        if officer is not None:
            officer.before = officer.before if officer.ended == said.at else tuple(officer.seats.values())
            officer.ended = said.at
        self._become(officer, state)

    @staticmethod
    def _become(officer: Officer | None, state: OfficerState) -> None:
        if officer is not None:
            officer.state = state
            officer.changed()

    def _open(self, said: Said) -> None:
        duty, authority = Duty(said.facts["duty"]), said.trail
        if said.about is None or authority is None:
            self.judge.breach(said, Rule.KNOWN, "a desk of an office")
            return
        new = (authority, duty) not in self._places
        self.judge.require(said, new, Rule.STAFF, "a desk that has no key yet")
        desk = Desk(SeatFacts(said.about, authority, duty), said.facts["epoch"])
        self.desks[said.about], self._places[authority, duty] = desk, said.about
        for officer_id in sorted(said.ids("officers") or ()):
            self._place(said, officer_id, desk)

    def _turn(self, said: Said) -> None:
        desk = self.desks.get(said.about) if said.about else None
        if not self.judge.require(said, desk, Rule.KNOWN, "a desk that an entry knows") or desk is None:
            return
        self.judge.require(
            said, said.facts["epoch"] == desk.epoch + 1, Rule.STAFF, f"the key after number {desk.epoch}"
        )
        there = {one for one in desk.officers if self.officers[one].state is OfficerState.ACTIVE}
        told = said.ids("officers")
        if told is None:
            self.judge.lacks(Rule.STAFF)
        staged = there if told is None else set(told)
        self.judge.require(said, staged == there, Rule.STAFF, "a key for exactly those who sit there and are at work")
        for gone in desk.officers - staged:
            self._remove(said, gone, desk)
        desk.epoch = said.facts["epoch"]
        for officer_id in sorted(staged - desk.officers):
            self._place(said, officer_id, desk)

    def sit(self, said: Said, officer_id: UUID | None) -> None:
        """Somebody sits at a desk that was opened, though the entry does not say so."""
        desk = self.desks.get(said.about) if said.about else None
        if desk is not None and officer_id is not None:
            self._place(said, officer_id, desk)

    def _desk_at(self, said: Said) -> Desk | None:
        place = self._places.get((said.trail, said.facts["duty"])) if said.trail else None
        desk = self.desks.get(place) if place else None
        if self.judge.require(said, desk, Rule.KNOWN, "a desk that an entry knows") and desk is not None:
            self.judge.require(
                said, said.facts["epoch"] == desk.epoch, Rule.STAFF, f"key number {desk.epoch} of the desk"
            )
        return desk

    def _seat(self, said: Said) -> None:
        desk, officer_id = self._desk_at(said), said.id("officer")
        if desk is not None and officer_id is not None:
            self._place(said, officer_id, desk)

    def _unseat(self, said: Said) -> None:
        desk, officer_id = self._desk_at(said), said.id("officer")
        self.administers(said, said.trail, officer_id)
        if desk is not None and officer_id is not None:
            self.judge.require(said, officer_id in desk.officers, Rule.STAFF, "somebody who sits there")
            self._remove(said, officer_id, desk)

    def _place(self, said: Said, officer_id: UUID, desk: Desk) -> None:
        officer = self._known(said, officer_id)
        if officer is None:
            return
        facts, judge = desk.facts, self.judge
        judge.require(said, officer_id not in desk.officers, Rule.STAFF, "somebody who does not sit there yet")
        judge.require(said, officer.certified, Rule.STAFF, "an officer whose keys are certified")
        founding = said.is_by(ActorKind.SYSTEM) and officer.state is OfficerState.ENROLLING
        judge.require(said, founding or officer.state is OfficerState.ACTIVE, Rule.STAFF, "an officer at work")
        judge.require(said, officer.authority == facts.authority_id, Rule.SEATS, "an officer of that office")
        self._require_compatible(said, officer, facts)
        desk.officers.add(officer_id)
        officer.seats[facts.desk_id] = facts
        officer.held.add((facts.authority_id, facts.duty))
        officer.changed()

    def _require_compatible(self, said: Said, officer: Officer, facts: SeatFacts) -> None:
        tree = self.tree()
        now = {(seat.authority_id, seat.duty) for seat in officer.seats.values()}
        held: Iterable[Held] = [Held(*one, one in now) for one in sorted(officer.held)]
        if tree is not None:
            self.judge.ask(
                said, Rule.SEATS, lambda: seating.require_compatible(tree, held, facts.authority_id, facts.duty)
            )
            return
        self.judge.lacks(Rule.SEATS)
        why = seating.conflict({duty for _, duty in now} | {facts.duty})
        self.judge.require(said, why is None, Rule.SEATS, why or "")

    def _remove(self, said: Said, officer_id: UUID, desk: Desk) -> None:
        desk.officers.discard(officer_id)
        officer = self.officers.get(officer_id)
        if officer is not None:
            if officer.ended != said.at:
                officer.ends(said.at)
            officer.seats.pop(desk.facts.desk_id, None)
            officer.changed()
