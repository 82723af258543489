"""Ledgers told entry by entry: legal stories of the cast, and insiders who hold the portal's keys and skip a rule.

A book is told either into the air, for rules alone, or into the ledger of a world, each entry properly signed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import NAMESPACE_DNS, UUID, uuid4, uuid5

from portal.domain import audit
from portal.domain.audit import EVENTS, REPORTER, SYSTEM, Party, written
from portal.domain.replay import Replay
from portal.domain.replay_entries import Difference
from portal.domain.vocabulary import ActorKind, Duty
from portal.office.recording import Draft, record
from portal.store.ledger import LedgerHead
from tests.staffing import Staff
from tests.world import NOON, SEATS, World

PROVINCE, HOME, NEXT, APART = "office-220000", "office-220100", "office-220300", "discipline-220000"
SUPERIORS: Mapping[str, str | None] = {PROVINCE: None, HOME: PROVINCE, NEXT: PROVINCE, APART: None}
DIGEST = "0" * 64
LATER = {"expires": written(NOON), "officers": []}  # what older entries of these do not tell
DUE = written(NOON + timedelta(days=15))
Facts = Mapping[str, Any]


class Ledger(Protocol):
    """Where a book is written."""

    def authority(self, code: str) -> UUID: ...

    def desk(self, duty: Duty, code: str) -> UUID: ...

    def officer(self, name: str) -> UUID: ...

    def write(self, draft: Draft, rows: list[list[str]]) -> None: ...

    def judge(self) -> tuple[Difference, ...]: ...


def _named(*words: str) -> UUID:
    return uuid5(NAMESPACE_DNS, " ".join(words))


@dataclass
class Air:
    """No database: the openings alone."""

    openings: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True  # False: as an older version wrote them, which told less

    def authority(self, code: str) -> UUID:
        return _named(code)

    def desk(self, duty: Duty, code: str) -> UUID:
        return _named(duty, code)

    def officer(self, name: str) -> UUID:
        return _named(name)

    def write(self, draft: Draft, rows: list[list[str]]) -> None:
        required = EVENTS[draft.event].facts - EVENTS[draft.event].optional
        lacking = {} if self.whole else {fact: LATER[fact] for fact in required - draft.facts.keys()}
        said = audit.opening(
            event=draft.event,
            at=draft.at,
            party=draft.party,
            subject=draft.subject,
            facts={**draft.facts, **lacking},
            rows=rows,
            reason=draft.reason,
            authority_id=draft.authority_id,
        )
        said["facts"] = dict(draft.facts)
        self.openings.append(said)

    def judge(self) -> tuple[Difference, ...]:
        replay = Replay(ceilings={"C05": 30})
        for index, opening in enumerate(self.openings):
            replay.hear(index, opening)
        replay.finish()
        return tuple(replay.differences)

    def founded(self) -> "Air":
        """The offices and the cast, as the world of the tests has them."""
        book = Book(self)
        for code, superior in SUPERIORS.items():
            above = {"superior": str(_named(superior))} if superior else {}
            book.system("authority_added", ("authorities", _named(code)), {"code": code, **above})
        for code, seats in SEATS.items():
            for name, duty in seats:
                book.system("officer_enrolled", ("officers", _named(name)), {"fingerprint": "AB12"}, code)
                if self.openings and not any(one["object"][1] == str(_named(duty, code)) for one in self.openings):
                    facts = {"duty": duty, "epoch": 1, "fingerprint": "AB12"}
                    book.system("desk_opened", ("desks", _named(duty, code)), facts, code)
                facts = {"officer": str(_named(name)), "duty": duty, "epoch": 1}
                book.system("seated", ("seats", uuid4()), facts, code)
        return self


@dataclass
class Told:
    """The ledger of a world."""

    world: World

    def __post_init__(self) -> None:
        self.staff = Staff(self.world)

    def authority(self, code: str) -> UUID:
        return self.staff.authority(code)

    def desk(self, duty: Duty, code: str) -> UUID:
        return self.staff.desk(duty, code)

    def officer(self, name: str) -> UUID:
        member = self.world.cast.get(name)
        return member.officer_id if member else _named(name)

    def write(self, draft: Draft, rows: list[list[str]]) -> None:
        draft._digests += rows
        with self.world.store.transaction() as session:
            record(session, self.world.house.entry_key, draft)

    def judge(self) -> tuple[Difference, ...]:
        return self.world.replay()

    def size(self) -> int:
        """How many entries there are."""
        with self.world.store.reading() as session:
            return session.get_one(LedgerHead, 1).size


@dataclass
class Report:
    """One that is told of."""

    id: UUID = field(default_factory=uuid4)
    case: UUID = field(default_factory=uuid4)


@dataclass
class Book:
    """Steps of the cast of 长春, told in their order."""

    ledger: Any
    now: datetime = NOON

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def system(self, event: str, subject: tuple[str, UUID] | None, facts: Facts, code: str = "") -> None:
        """What the clock or whoever runs the machine does."""
        trail = self.ledger.authority(code) if code else None
        self.ledger.write(Draft(event, self.now, SYSTEM, subject, dict(facts), authority_id=trail), [])

    def reporter(
        self, event: str, subject: tuple[str, UUID], facts: Facts, rows: list[list[str]] | None = None
    ) -> None:
        hour = audit.hour_of(self.now)
        self.ledger.write(Draft(event, hour, REPORTER, subject, dict(facts), authority_id=self.home), rows or [])

    def officer(
        self, who: str, event: str, duty: Duty | None, subject: tuple[str, UUID] | None, /, **facts: Any
    ) -> None:
        """A step of an officer, each half a minute after the one before."""
        self.wait(seconds=31)
        reason, code, office = facts.pop("reason", None), facts.pop("trail", HOME), facts.pop("office", HOME)
        named = {name.rstrip("_"): value for name, value in facts.items()}
        party = Party(ActorKind.OFFICER, self.ledger.officer(who), self.ledger.authority(office), duty)
        trail = self.ledger.authority(code)
        self.ledger.write(Draft(event, self.now, party, subject, named, reason, authority_id=trail), [])

    @property
    def home(self) -> UUID:
        return self.ledger.authority(HOME)

    def report(self, *given: str) -> Report:
        """周 reports."""
        made = Report()
        self.submit(made)
        self.reporter("identity_given", ("reports", made.id), {"fields": list(given or ("name", "phone"))})
        return made

    def submit(self, made: Report, **changes: str) -> None:
        """What 周 sends, with the desks that it goes to; an empty one goes to none."""
        desks = {str(duty): str(self.ledger.desk(duty, HOME)) for duty in (Duty.INTAKE, Duty.LEAD, Duty.CUSTODY)}
        facts = {
            "category": "EXIT-01",
            "channel": "web",
            "marked": False,
            "content": DIGEST,
            "hour": written(NOON),
            "authority": str(self.home),
            "clocks": {"C02": DUE},
            **desks,
            "above": str(self.ledger.desk(Duty.LEAD, PROVINCE)),
            **changes,
        }
        facts = {fact: value for fact, value in facts.items() if value != ""}
        self.reporter("submitted", ("reports", made.id), facts, [["cases", str(made.case), DIGEST]])

    def step(self, event: str, report: Report, who: str = "lin", duty: Duty = Duty.INTAKE, **facts: Any) -> None:
        """A step on a case."""
        self.officer(who, event, duty, ("cases", report.case), **facts)

    def accept(self, report: Report, who: str = "lin") -> None:
        self.step("accepted", report, who, number="220100-2026-00001", clocks={"C05": DUE})

    def assign(self, report: Report, whom: str = "chen", who: str = "gao", duty: Duty = Duty.LEAD) -> None:
        self.step("assigned", report, who, duty, officer=str(self.ledger.officer(whom)), narrative=True)

    def ask(self, report: Report, *named: str, who: str = "lin", hours: int = 24, **changes: Any) -> UUID:
        """Somebody asks who reported."""
        request = uuid4()
        fields = list(changes.get("fields", named or ("name",)))
        facts = {"fields": fields, "edition": "jilin-1", "hours": hours, **changes.get("terms", {})}
        ids = {"report": str(report.id), "case": str(report.case)}
        self.officer(who, "identity_requested", Duty.INTAKE, ("disclosures", request), reason="PROTECT", **facts, **ids)
        return request

    def lift(self, request: UUID, *fields: str, who: str = "gao", duty: Duty = Duty.LEAD) -> None:
        self.officer(who, "identity_lifted", duty, ("disclosures", request), fields=list(fields or ("name",)))

    def release(self, request: UUID, *fields: str, who: str = "he", hours: int = 24) -> None:
        until = written(self.now + timedelta(seconds=31, hours=hours))
        named = list(fields or ("name",))
        self.officer(who, "identity_released", Duty.CUSTODY, ("disclosures", request), fields=named, until=until)

    def read(self, request: UUID, *fields: str, who: str = "lin") -> None:
        named = list(fields or ("name",))
        self.officer(who, "identity_read", Duty.INTAKE, ("disclosures", request), reason="PROTECT", fields=named)

    def disclosed(self, report: Report, *fields: str) -> UUID:
        """Asked, lifted and released, by the three."""
        request = self.ask(report, *fields)
        self.lift(request, *fields)
        self.release(request, *fields)
        return request

    def propose(
        self,
        who: str,
        kind: str,
        about: str = "",
        *,
        duty: Duty | None = None,
        own: Duty | None = None,
        motion: UUID | None = None,
    ) -> UUID:
        """Something that needs a second person."""
        motion = motion or uuid4()
        facts: dict[str, Any] = {"kind": kind, "expires": written(self.now + timedelta(hours=72))}
        if about:
            facts["officer"] = str(self.ledger.officer(about))
        if duty:
            facts |= {"desk": str(self.ledger.desk(duty, HOME))}
        self.officer(who, "motion_proposed", own or Duty.ADMINISTER, ("motions", motion), **facts)
        return motion

    def confirm(self, who: str, motion: UUID, kind: str, own: Duty = Duty.ADMINISTER) -> None:
        self.now -= timedelta(seconds=31)  # at the same moment as what it confirms
        self.officer(who, "motion_confirmed", own, ("motions", motion), kind=kind)

    def seat(self, who: str, whom: str, duty: Duty, own: Duty | None = None, trail: str = HOME) -> None:
        """Somebody gets a desk's key from one who holds it."""
        facts = {"officer": str(self.ledger.officer(whom)), "duty": duty, "epoch": 1}
        self.officer(who, "seated", own or duty, ("seats", uuid4()), trail=trail, **facts)

    def unseat(self, whom: str, duty: Duty, who: str = "guan") -> None:
        facts = {"officer": str(self.ledger.officer(whom)), "duty": duty, "epoch": 1}
        self.officer(who, "unseated", Duty.ADMINISTER, ("seats", uuid4()), **facts)

    def turn(
        self, who: str, second: str, duty: Duty, *holders: str, drawn: tuple[str, ...] = (), epoch: int = 2
    ) -> None:
        """A desk gets its next key, drawn for these."""
        desk, motion = self.ledger.desk(duty, HOME), uuid4()
        officers, before = (sorted(str(self.ledger.officer(one)) for one in who) for who in (holders, drawn or holders))
        expires = written(self.now + timedelta(hours=72))
        told = {"kind": "turn", "desk": str(desk), "duty": duty, "officers": before, "expires": expires}
        self.officer(who, "motion_proposed", duty, ("motions", motion), **told)
        turned = {"duty": duty, "epoch": epoch, "fingerprint": "AB12", "officers": officers}
        self.officer(second, "desk_turned", Duty.ADMINISTER, ("desks", desk), **turned)
        self.confirm(second, motion, "turn")

    def about(self, who: str, event: str, whom: str, **facts: Any) -> None:
        """What an administrator does about an officer."""
        self.officer(who, event, Duty.ADMINISTER, ("officers", self.ledger.officer(whom)), **facts)


def seated_too(book: Book, who: str) -> None:
    """Somebody of 长春 gets a seat at intake beside their own."""
    motion = book.propose("guan", "seat", who, duty=Duty.INTAKE)
    book.seat("lin", who, Duty.INTAKE)
    book.confirm("lin", motion, "seat", Duty.INTAKE)


Sequence = Callable[[Book], None]
