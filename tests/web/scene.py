"""A report there is, and everybody in front of their pages: what the table of routes is tried on."""

import re
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy import select

from portal.domain.vocabulary import Duty, MotionKind
from portal.office import staffing
from portal.store.cases import Assignment
from portal.store.ledger import Entry
from portal.store.reports import Report
from tests import keyed, rewards, verification
from tests.alarming import by_hand, watch
from tests.authenticator import Authenticator
from tests.clocking import clock_of, suspend
from tests.disclosing import Office
from tests.entitled import BACK, FILES, ORIGINAL
from tests.exhibits import record
from tests.filing import add
from tests.keeping import offer
from tests.office.test_assigning import assign
from tests.office.test_transferring import authority, hand
from tests.sending import accept, newest
from tests.staffing import Staff
from tests.staged import STAGED
from tests.visitor import PICTURE, Visitor
from tests.web.routes import ROUTES, Route
from tests.web.stages import ALARMS, BEFORE, REWARDED, STAFF, VERIFIED, WORK
from tests.world import World


@dataclass
class Scene:
    """A report there is, its reporter and intake in front of their pages."""

    world: World
    reporter: Visitor
    lin: Visitor
    receipt: str
    case: str
    office: Office
    submitted: int = 0  # the entry of the report
    request: str = ""
    named: dict[str, str] = field(default_factory=dict)
    others: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, who: str) -> Visitor:
        if who in {"gao", "he"}:
            return getattr(self.office, who)
        if who in self.world.cast and who != "lin":
            return self.others.setdefault(who, self.world.officer(who))
        return {"reporter": self.reporter, "lin": self.lin}.get(who) or self.world.visitor()

    def address(self, rule) -> str:
        known = {"case_id": self.case, "request_id": self.request, **self.named}
        address = rule.rule.replace("<kind>/<name>", "holidays/2026")
        address = re.sub(r"<int\(.*?\):index>", str(self.submitted), address)
        address = first_file(address).replace("<kind>", "note")
        return re.sub(r"<uuid:(\w+)>", lambda found: known.get(found[1]) or self.case, address)

    def data(self, route: Route) -> dict[str, str]:
        """What is typed, with what only this scene knows."""
        staff = Staff(self.world)
        known = {
            "RECEIPT": lambda: self.receipt,
            "REQUEST": lambda: self.request,
            "OTP": lambda: self.office.code(route.who),
            "AUTHORITY": lambda: str(staff.authority()),
            "PROVINCE": lambda: str(staff.authority("office-220000")),
            "DESK": lambda: str(staff.desk(Duty.INVESTIGATE)),
            "INVESTIGATOR": lambda: str(self.world.cast["chen"].officer_id),
            "MADE": lambda: keyed.made(self.lin, Authenticator()),
            "CASE": lambda: self.case,
            "LIN": lambda: str(self.world.cast["lin"].officer_id),
            "HOME": lambda: str(authority(self.world, "office-220100")),
            "OTHER": lambda: str(authority(self.world, "office-220300")),
            "CLOCK": lambda: str(clock_of(self.world, UUID(self.case)).id),
            "SEEN": lambda: str(newest(self.world, UUID(self.case))),
            "SEAT": lambda: str(staff.desk(Duty.INTAKE)),
            "PAYING": lambda: str(staff.desk(Duty.PAYOUT)),
            "REVIEWER": lambda: str(self.world.cast["sheng-chen"].officer_id),
            "RECUSAL": lambda: self.named["recusal_id"],
            "INTAKE": lambda: str(self.world.cast["lin"].officer_id),
        }
        return {name: known.get(value, lambda: value)() for name, value in (route.data or {}).items()}  # noqa: B023

    def lead_to_staff(self, endpoint: str) -> None:
        """Bring somebody of the staff as far as this route needs them."""
        staff = Staff(self.world)
        who = {"review.propose_seat": "song", "review.propose_certificate": "liu"}.get(endpoint, "lin")
        if who == "liu":
            staff.enrol("liu", staff.invite("liu"))
            self.world.cast = staff.cast
        self.named = {
            "officer_id": str(staff.cast[who].officer_id),
            "desk_id": str(staff.desk(Duty.INTAKE)),
            "authority_id": str(staff.authority()),
            "passkey_id": str(keyed.add(self.world, Authenticator())) if endpoint == "review.remove_passkey" else "",
            "motion_id": str(staff.propose(MotionKind.SEAT, "guan", "song", duty=Duty.INVESTIGATE))
            if endpoint.endswith("_motion")
            else "",
            "entry_id": newest_entry(self.world),
            "declaration_id": str(staff.declared("lin")) if endpoint == "review.show_declaration" else "",
            "inquiry_id": str(staff.asked("lin")) if endpoint == "review.show_inquiry" else "",
        }
        if endpoint == "review.propose_resumption":
            with staff.act("guan") as act:
                staffing.suspend(act, staff.cast["lin"].officer_id)

    def lead_to_work(self, endpoint: str) -> None:
        """Take the case up, and give it to Chen where somebody is to work on it."""
        case = UUID(self.case)
        accept(self.world, "lin", case)
        if endpoint == "review.continue_clock":
            suspend(self.world, "gao", case)
        if WORK[endpoint]:
            assign(self.world, case)
            with self.world.store.reading() as session:
                self.named["assignment_id"] = str(session.scalars(select(Assignment.id)).one())
        who = ROUTES[endpoint].who
        self.visitor(who).get(f"/review/cases/{self.case}" if who == "gao" else "/review/account")

    def lead_to_stage(self, endpoint: str) -> None:
        """Bring a case as far as a step of triage needs it, and the officer in front of it."""
        self.named = STAGED[endpoint](self.world, UUID(self.case))
        own = "/review/declarations" if endpoint == "review.take_back_recusal" else f"/review/cases/{self.case}"
        self.visitor(ROUTES[endpoint].who).get(own)

    def lead_to_verification(self, endpoint: str) -> None:
        """As far as the step needs it, its officer in front of the form."""
        verification.lead(Staff(self.world), UUID(self.case), VERIFIED[endpoint])
        self.reporter.get("/mailbox")
        if VERIFIED[endpoint] == "objected":
            assert self.reporter.post("/mailbox/objection", {"text": "x"}).status_code == 303
        if endpoint in {"review.show_exhibits", "review.add_exhibits"}:
            self.named = {"about_id": str(record(self.world, UUID(self.case)))}
        address = self.address(rules(self.world)[endpoint])
        self.visitor(ROUTES[endpoint].who).get("/mailbox" if endpoint.startswith("mailbox.") else address)

    def lead_to_reward(self, endpoint: str) -> None:
        """As far as a reward has to be, whoever takes the step in front of a page of theirs."""
        self.reporter.get("/mailbox")
        self.named = rewards.lead(Staff(self.world), UUID(self.case), REWARDED[endpoint], self.reporter)
        self.visitor(ROUTES[endpoint].who).get("/mailbox" if endpoint.startswith("mailbox.") else "/review/account")

    def lead_to_file(self) -> None:
        """The reporter adds a photo."""
        self.reporter.get("/mailbox/evidence")
        assert self.reporter.post("/mailbox/evidence", {"files": PICTURE}).status_code == 200

    def lead_to_keeping(self, endpoint: str) -> None:
        """The case goes to another office; before the custodian's step the lead has taken theirs."""
        hand(self.world, UUID(self.case))
        with self.world.store.reading() as session:
            report_id = session.scalars(select(Report.id)).one()
        self.named = {"report_id": str(report_id)}
        if endpoint == "review.move_keeping":
            offer(self.world, report_id)

    def lead_to_thing(self, endpoint: str) -> None:
        """What the step is about: an alarm, a shift, halves that are kept elsewhere, a file."""
        if endpoint in ALARMS:
            self.named = {"alarm_id": str(by_hand(self.world, "gao", UUID(self.case)))}
        if endpoint == "review.remove_shift":
            self.named = {"shift_id": str(watch(self.world, "lin"))}
        if endpoint.endswith("_keeping"):
            self.lead_to_keeping(endpoint)
        if endpoint in {*FILES, ORIGINAL}:
            self.lead_to_file()
        if endpoint == BACK:
            add(self.world, "lin", UUID(self.case))

    def lead_to(self, endpoint: str) -> None:
        """Bring a request as far as this route needs it, and the officer in front of it."""
        if endpoint in WORK:
            self.lead_to_work(endpoint)
            return
        if endpoint in STAGED or endpoint in VERIFIED:
            (self.lead_to_stage if endpoint in STAGED else self.lead_to_verification)(endpoint)
            return
        if endpoint in REWARDED:
            self.lead_to_reward(endpoint)
            return
        self.lead_to_thing(endpoint)
        if any(one in rules(self.world)[endpoint].arguments for one in STAFF):
            self.lead_to_staff(endpoint)
        if ROUTES[endpoint].who in self.world.cast and ROUTES[endpoint].who != "lin":
            self.visitor(ROUTES[endpoint].who).get("/review/account")
        steps = BEFORE.get(endpoint)
        if steps is None:
            return
        reissues = endpoint in {"review.answer", "review.issue_code"}
        field = "original_1" if endpoint == ORIGINAL else "name"
        ways = {"mailbox.say_consent": self.office.questioned, ORIGINAL: partial(self.office.ordered, fields=field)}
        address = self.office.asked_anew() if reissues else ways.get(endpoint, self.office.asked)()
        self.request = address.rpartition("/")[2]
        for step in steps:
            getattr(self.office, step)(address, *([field] if step == "release" else []))
        who = ROUTES[endpoint].who
        self.visitor(who).get("/mailbox" if who == "reporter" else address)


def first_file(address: str) -> str:
    """The address with the first picture of the first file in it."""
    return re.sub(r"<int\(.*?\):picture>", "0", re.sub(r"<int\(.*?\):number>", "1", address))


def newest_entry(world: World) -> str:
    """The newest entry about the office of 长春."""
    with world.store.reading() as session:
        mine = select(Entry.id).where(Entry.authority_id == authority(world, "office-220100"))
        return str(session.scalars(mine.order_by(Entry.index.desc()).limit(1)).one())


def rules(world: World) -> dict[str, object]:
    """Every route but that of static files."""
    return {rule.endpoint: rule for rule in world.app.url_map.iter_rules() if rule.endpoint != "static"}
