"""An office in the middle of its work, and everybody of it with a session of their own, to be tried on its steps."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from sqlite3 import connect
from uuid import UUID

from sqlalchemy import select

from portal.domain.vocabulary import Duty, MotionKind
from portal.office import founding, staffing
from portal.store.base import Base
from portal.store.cases import Assignment
from portal.store.reports import Report
from tests import entitled, keyed, rewards, verification
from tests.alarming import by_hand, watch
from tests.authenticator import Authenticator
from tests.clocking import clock_of, suspend
from tests.disclosing import Office
from tests.entitled import ALIKE, CASES, GONE, LATER, NEXT, ONE_EACH, ORIGINAL, SHUT, STAGES, stage_of
from tests.epochs import enrol
from tests.exhibits import record
from tests.office.test_assigning import assign
from tests.office.test_transferring import hand
from tests.overseeing import entry_of
from tests.recusing import kept_out
from tests.referring import refer
from tests.sending import accept, newest, run
from tests.staffing import Staff
from tests.visitor import BASE, PICTURE, TOKEN, Visitor, sent
from tests.web.routes import ROUTES
from tests.web.stages import VERIFIED
from tests.world import PASSWORD, Member, World


@dataclass
class Insider:
    """Somebody who is signed in, and the token of their forms."""

    name: str
    visitor: Visitor
    csrf: str


@dataclass
class Work:
    """The office as it stands."""

    world: World
    requests: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    officers: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    zhou: Visitor | None = None  # whoever reported last
    code: str = ""  # of the report whose reward was made last

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.world)

    def set_up(self, cases: Mapping[str, str] = ONE_EACH, *, elsewhere: tuple[Duty, ...] = LATER) -> None:
        """Everything that a step can be about, each as far as it has to be; and everybody there is."""
        self._people(elsewhere)
        gao, he, lin = (self.world.officer(name) for name in ("gao", "he", "lin"))
        for name, stage in cases.items():
            self.cases[name] = case = self._arrive(photo=stage == "assigned" or name == ORIGINAL)
            office = Office.of(self.world, lin, case)
            office.__dict__.update(gao=gao, he=he)
            if stage == "kept":
                hand(self.world, UUID(case))
            if stage in entitled.COME:
                verification.lead(self.staff, UUID(case), stage)
            if stage == "objected":
                self._object()
            if stage in {"assigned", "taken", "still"}:
                accept(self.world, "lin", UUID(case))
            if stage == "still":
                suspend(self.world, "gao", UUID(case))
            if stage == "assigned":
                assign(self.world, UUID(case), narrative=True)
            elif stage not in {"fresh", "taken", "still", "kept", *entitled.COME}:
                self.requests[name] = self._request(office, stage, original=name == ORIGINAL).rpartition("/")[2]
        self.officers = {name: str(member.officer_id) for name, member in self.staff.cast.items()}
        with self.world.store.reading() as session:
            case = UUID(self.cases.get("review.unassign") or self.cases["assigned"])
            mine = select(Assignment.id).where(Assignment.case_id == case)
            self.named["assignment_id"] = str(session.scalars(mine).one())
            kept = select(Report.id).where(Report.case_id == UUID(self.cases.get("kept", str(case))))
            self.named["report_id"] = str(session.scalars(kept).one())
        self.named["passkey_id"] = str(keyed.add(self.world, Authenticator()))
        self.named["authority_id"] = str(self.staff.authority())
        self.named["motion_id"] = str(self.staff.propose(MotionKind.SEAT, "guan", "song", duty=Duty.INVESTIGATE))
        self.named["entry_id"] = str(entry_of(self.world, "motion_proposed"))
        self.named["inquiry_id"] = str(self.staff.asked("lin"))
        self.named["declaration_id"] = str(self.staff.declared("lin"))
        self.named["recusal_id"] = str(kept_out(self.world, UUID(self.cases["fresh"]), "chen", pleads=True))
        self.named["referral_id"] = str(refer(self.world, "lin", UUID(self.cases["fresh"]), whole=False))
        self.named["desk_id"] = str(self.staff.desk(Duty.INTAKE))
        self.named["alarm_id"] = str(by_hand(self.world, "gao", UUID(self.cases["fresh"])))
        if "checked" in self.cases:
            self.named["about_id"] = str(record(self.world, UUID(self.cases["checked"])))
        self.named["shift_id"] = str(watch(self.world, "lin"))
        self.named |= self.reward("listed")
        self.named |= self.reward("claimed")

    def _people(self, elsewhere: tuple[Duty, ...]) -> None:
        world, staff = self.world, self.staff
        for name in ("lan", GONE, SHUT):
            enrol(world, name)
        staff.cast = dict(world.cast)
        staff.enrol("liu", staff.invite("liu"))
        for name in ("lan", GONE):
            staff.agree(MotionKind.SEAT, ("guan", "lin"), name, duty=Duty.INTAKE)
        with world.store.transaction() as session:
            founder = replace(world.founder(session), pepper=world.house.pepper)
            for duty in elsewhere:
                officer_id, keys = founding.enrol(founder, staff.authority(NEXT), f"qin-{duty}", PASSWORD)
                founding.open_desk(founder, staff.authority(NEXT), duty, {officer_id: keys.secret.public})
                staff.cast[f"qin-{duty}"] = Member(officer_id, keys)
        world.cast = staff.cast
        self.officers = {name: str(member.officer_id) for name, member in staff.cast.items()}

    @cached_property
    def payers(self) -> Staff:
        """The same staff, with a second one at the payout desk, who is none of those who are tried."""
        return Staff(self.world)

    def reward(self, stage: str) -> dict[str, str]:
        """One more report, and how far its reward has come; its mailbox is the one opened last."""
        before, case = self.world.cast, UUID(self._arrive(photo=False))
        self.code = self.zhou.receipt
        named = rewards.lead(self.payers, case, stage, self.zhou)
        self.world.cast = before
        return named

    def _object(self) -> None:
        """By whoever sent it: their mailbox is the one opened last."""
        assert self.zhou.get("/mailbox").status_code == 200
        assert self.zhou.post("/mailbox/objection", {"text": "x"}).status_code == 303

    def _arrive(self, *, photo: bool) -> str:
        before, visitor = set(run(self.world, "SELECT id FROM cases")), self.world.visitor()
        visitor.report(may_phone="y")
        self.zhou = visitor
        if photo:
            visitor.get("/mailbox/evidence")
            assert visitor.post("/mailbox/evidence", {"files": PICTURE}).status_code == 200
        ((case,),) = set(run(self.world, "SELECT id FROM cases")) - before
        return str(UUID(bytes=case))

    def _request(self, office: Office, stage: str, *, original: bool) -> str:
        if original:
            address = office.ordered(fields="original_1")
        else:
            address = office.asked_anew() if stage in {"said", "answered"} else office.asked()
        if stage != "asked":
            assert office.lift(address) == 303
        if stage == "released":
            assert office.release(address, "original_1" if original else "name") == 303
        if stage == "answered":
            assert office.answer(address) == 303
        return address

    def come_in(self) -> list[Insider]:
        """Everybody signs in; then one loses the seat."""
        windows = count()
        storage = self.world.app.extensions["portal.limits"].limiter.storage
        storage.clock = lambda: 3600.0 * next(windows)  # nobody is told to wait
        found = []
        for name in self.world.cast.keys() - {SHUT, "liu", *ALIKE}:
            visitor = self.world.officer(name)
            visitor.get("/review/account")
            found.append(Insider(name, visitor, TOKEN.search(visitor.last)[1]))
        with self.staff.act("guan") as act:
            staffing.unseat(act, self.world.cast[GONE].officer_id, self.staff.desk(Duty.INTAKE))
        self.world.clock.forward(seconds=31)  # no code of this moment was used
        self.world.sign()
        return sorted(found, key=lambda one: one.name)

    def address(self, endpoint: str) -> str:
        """The address of a step that would be possible, if one might."""
        rule = next(one for one in self.world.app.url_map.iter_rules() if one.endpoint == endpoint)
        about = {"review.propose_seat": "song", "review.propose_certificate": "liu", "review.propose_resumption": SHUT}
        known = {
            **self.named,
            "case_id": self.cases.get(endpoint) or self.cases.get(stage_of(endpoint), ""),
            "request_id": self.request(endpoint) if endpoint in STAGES else "",
            "officer_id": self.officers[about.get(endpoint, "lin")],
        }
        path = rule.rule.replace("<kind>/<name>", "holidays/2026").replace("<kind>", "note")
        path = re.sub(r"<int\(.*?\):picture>", "0", re.sub(r"<int\(.*?\):number>", "1", path))
        for name in rule.arguments:
            path = path.replace(f"<uuid:{name}>", known.get(name, ""))
        return path

    def recusal(self, endpoint: str) -> str:
        """What somebody keeps out of that a step is about."""
        del endpoint
        return self.named["recusal_id"]

    def fields(self, endpoint: str, who: str) -> dict[str, str]:
        """What the form of this step holds, with a code of this moment of whoever sends it."""
        known = {
            "OTP": lambda: self.world.cast[who].code(self.world.clock()),
            "AUTHORITY": lambda: str(self.staff.authority()),
            "PROVINCE": lambda: str(self.staff.authority("office-220000")),
            "MADE": lambda: "{}",
            "DESK": lambda: str(self.staff.desk(Duty.INVESTIGATE)),
            "OTHER": lambda: str(self.staff.authority(NEXT)),
            "CASE": lambda: self.address(endpoint).split("/")[3],
            "LIN": lambda: self.officers["lin"],
            "HOME": lambda: str(self.staff.authority()),
            "SEAT": lambda: str(self.staff.desk(Duty.INTAKE)),
            "PAYING": lambda: str(self.staff.desk(Duty.PAYOUT)),
            "INVESTIGATOR": lambda: self.officers["chen"],
            "REVIEWER": lambda: self.officers["sheng-chen"],
            "CLOCK": lambda: str(clock_of(self.world, UUID(self.address(endpoint).split("/")[3])).id),
            "SEEN": lambda: str(newest(self.world, UUID(self.address(endpoint).split("/")[3]))),
            "INTAKE": lambda: self.officers["lin"],
            "RECUSAL": lambda: self.recusal(endpoint),
        }
        fields = {name: known.get(value, lambda: value)() for name, value in (ROUTES[endpoint].data or {}).items()}  # noqa: B023
        if endpoint in STAGES:
            request = self.request(endpoint).replace("-", "")
            fields["seen"] = str(run(self.world, f"SELECT version FROM disclosures WHERE id = x'{request}'")[0][0])
        if endpoint in CASES or endpoint in VERIFIED:
            fields["seen"] = str(newest(self.world, UUID(self.address(endpoint).split("/")[3])))
        return fields

    def request(self, endpoint: str) -> str:
        """The request that a step is tried on."""
        return self.requests.get(endpoint) or self.requests[STAGES[endpoint]]

    def send(self, insider: Insider, endpoint: str, data: Mapping[str, str] | None):
        """Ask as their browser would."""
        client, address = insider.visitor.client, self.address(endpoint)
        if ROUTES[endpoint].data is None:
            return client.get(address, base_url=BASE)
        typed = {name: sent(value) for name, value in (data or {}).items()}
        return client.post(address, base_url=BASE, data={"csrf_token": insider.csrf, **typed})


# What a request that is refused may write: the ledger, sessions, counters; and what is derived from the rest.
WRITTEN = ("leaves", "entries", "ledger_head", "checkpoints", "officer_sessions", "mailbox_sessions", "refusal_counts")
DERIVED = ("index_parts", "index_marks", "index_waits", "indexed_cases")
MOVING = frozenset({*WRITTEN, *DERIVED})


def rows(world: World) -> dict[str, list[tuple]]:
    """Everything that is stored, but for what refusing itself leaves."""
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in MOVING]
    if world.server is not None:
        with world.server.connect(world.database) as connection:
            return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}
    with closing(connect(world.home / "portal.sqlite")) as connection:
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}
