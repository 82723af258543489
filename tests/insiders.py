"""An office in the middle of its work, and everybody who may not do a step of it: who may is said by one table.

Each route of the office has one row: whose duty it is, as the tables of `domain` say, or that it is about nobody but
oneself. Everybody else of the cast is an insider there, with a session of their own.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from sqlite3 import connect
from uuid import UUID

from sqlalchemy import select

from portal.domain import access, countersign, disclosure
from portal.domain.disclosure import Part
from portal.domain.vocabulary import Action, DisclosureStep, Duty, MotionKind, Side
from portal.office import assigning, disclosures, founding, queue, staffing
from portal.store.base import Base
from portal.store.cases import Assignment
from portal.store.reports import Report
from tests import keyed
from tests.authenticator import Authenticator
from tests.disclosing import ASK, Office
from tests.epochs import enrol
from tests.office.test_assigning import BRIEF, assign
from tests.office.test_transferring import hand
from tests.sending import accept, newest, run
from tests.staffing import Staff
from tests.web.routes import ROUTES
from tests.world import BASE, PASSWORD, REPORT, SEATS, TOKEN, Member, Visitor, World

HOME, NEXT = "office-220100", "office-220300"
# Whoever sits at 长春 with a duty; 兰 takes in beside 林. The province administers it too; discipline reads inquiries.
SEATED: Mapping[Duty, frozenset[str]] = {
    duty: frozenset(name for name, held in (*SEATS[HOME], ("lan", Duty.INTAKE)) if held is duty) for duty in Duty
}
PROVINCIAL = frozenset({"sheng-guan", "sheng-cui"})
ADMINISTRATORS = SEATED[Duty.ADMINISTER] | PROVINCIAL
READERS = SEATED[Duty.AUDIT] | {"ji", "ji-lead"}
LATER = (Duty.INVESTIGATE, Duty.AWARD, Duty.PAYOUT, Duty.AUDIT, Duty.ADMINISTER)  # what 四平 has not in the cast
ALIKE = frozenset({"sheng", "sheng-cui", "sheng-custody", "ji-lead", "ji-custody"})  # as others who are tried
GONE, SHUT = "tao", "xin"  # their seat was taken, they were suspended, a moment ago

CASES: Mapping[str, Action] = {
    "review.case": Action.OPEN,
    "review.show_phone": Action.PHONE,
    "review.accept": Action.ACCEPT,
    "review.ask": Action.ASK,
    "review.decline": Action.DECLINE,
    "review.write_letter": Action.WRITE,
    "review.ask_identity": Action.REQUEST,
    "review.ask_reissue": Action.REQUEST,
    "review.assign": Action.ASSIGN,
    "review.unassign": Action.ASSIGN,
    "review.transfer": Action.TRANSFER,
}
STEPS: Mapping[str, DisclosureStep] = {
    "review.lift": DisclosureStep.LIFT,
    "review.release": DisclosureStep.RELEASE,
    "review.answer": DisclosureStep.ANSWER,
    "review.issue_code": DisclosureStep.REISSUE,
    "review.refuse": DisclosureStep.REFUSE,
    "review.close": DisclosureStep.CLOSE,
    "review.read": DisclosureStep.READ,
}
# What an administrator does about officers of the own authority and those below.
STAFF = frozenset(
    {
        "review.invite_officer",
        "review.show_officer",
        "review.renew_code",
        "review.propose_certificate",
        "review.propose_resumption",
        "review.propose_seat",
        "review.unseat_officer",
        "review.suspend_officer",
        "review.remove_officer",
        "review.end_sessions",
        "review.show_authority",
        "review.propose_name",
    }
)
# Each sees what is at their own desks, with these duties wherever they sit, and nothing of another's.
OWN_DESKS: Mapping[str, AbstractSet[Duty]] = {
    "review.show_queue": frozenset(queue.DUTIES),
    "review.list_requests": frozenset(disclosures.DUTIES),
    "review.list_assigned": frozenset(assigning.INVESTIGATORS),
    "review.show_staffing": frozenset({Duty.ADMINISTER}),
    "review.list_officers": frozenset({Duty.ADMINISTER}),
    "review.list_authorities": frozenset({Duty.ADMINISTER}),
    "review.list_editions": frozenset({Duty.ADMINISTER}),
}
# About nobody but oneself: everybody who is signed in.
OWN_SELF = frozenset(
    {
        "review.password_page",
        "review.change_password",
        "review.show_account",
        "review.print_codes",
        "review.add_passkey",
        "review.open_desk",
        "review.list_motions",
        "review.list_kept",
        "review.list_inquiries",
        "review.register_inquiry",
        "review.sign_out",
    }
)
# How far the request that a step is tried on has come: the state from which it would go through.
STAGES: Mapping[str, str] = {
    "review.show_request": "asked",
    "review.lift": "asked",
    "review.refuse": "asked",
    "review.close": "asked",
    "review.release": "lifted",
    "review.read": "released",
    "review.answer": "said",
    "review.issue_code": "answered",
}
WORKED: Mapping[str, str] = {
    "review.assign": "taken",
    "review.unassign": "assigned",
    "review.show_assigned": "assigned",
}
ONE_EACH: Mapping[str, str] = {
    stage: stage for stage in ("fresh", "assigned", "taken", *dict.fromkeys(STAGES.values()))
}
SECRETS = (
    *(REPORT[name] for name in ("respondent", "place", "description", "name", "phone")),
    *(BRIEF, str(ASK["why"]), "问是不是老周举报的"),
)


def stage_of(endpoint: str) -> str:
    """How far the case has come on which a step is possible."""
    return STAGES.get(endpoint) or WORKED.get(endpoint, "fresh")


def allowed(endpoint: str) -> frozenset[str]:
    """Who may take a step of 长春, by name. Raises KeyError for a route that nobody thought of."""
    if endpoint in CASES:
        return _seated(access.PERFORMERS[CASES[endpoint]])
    if endpoint == "review.show_request":
        return _seated({Duty.LEAD, Duty.CUSTODY}) | {"lin"}
    if endpoint in STEPS:
        return _parts(STEPS[endpoint])
    if endpoint in STAFF:
        return ADMINISTRATORS
    return {
        "review.show_assigned": frozenset({"chen"}),
        "review.show_inquiry": READERS,
        "review.show_motion": ADMINISTRATORS | SEATED[Duty.INVESTIGATE] | {"song"},  # who proposes, holds, is meant
        "review.confirm_motion": _sides(countersign.RULES[MotionKind.SEAT][1]),
        "review.refuse_motion": _sides(countersign.RULES[MotionKind.SEAT][1]),
        "review.withdraw_motion": frozenset({"guan"}),
        "review.turn_key": SEATED[Duty.INTAKE],
        "review.remove_passkey": frozenset({"lin"}),
        "review.show_edition": ADMINISTRATORS | {f"qin-{Duty.ADMINISTER}"},
        "review.propose_office": PROVINCIAL,
        "review.propose_edition": PROVINCIAL,
        "review.offer_keeping": SEATED[Duty.LEAD],
        "review.move_keeping": SEATED[Duty.CUSTODY],
    }[endpoint]


def shown(endpoint: str) -> frozenset[str] | None:
    """Who sees the page on which the form of a step stands, and so sees it again when it is not filled in.

    None where it stands on a page of one's own.
    """
    if endpoint in {"review.turn_key", "review.remove_passkey", "review.offer_keeping", "review.move_keeping"}:
        return None
    if endpoint in {"review.invite_officer", "review.propose_office", "review.propose_edition"}:  # a list of one's own
        return ADMINISTRATORS | {f"qin-{Duty.ADMINISTER}"}
    pages = ((CASES, "case"), (STEPS, "show_request"), (STAFF, "show_officer"), ({endpoint}, "show_motion"))
    return allowed("review." + next(page for forms, page in pages if endpoint in forms))


def _seated(duties: AbstractSet[Duty]) -> frozenset[str]:
    return frozenset().union(*(SEATED[duty] for duty in duties))


def _parts(step: DisclosureStep) -> frozenset[str]:
    """Who may take a step on a request of 林's, at the stage at which it is tried."""
    states = {"review.refuse": ("asked",), "review.close": ("asked",)}
    name = next(endpoint for endpoint, one in STEPS.items() if one is step)
    parts = {
        part
        for (state, other), part in disclosure.PERFORMERS.items()
        if other is step and (name not in states or state in states[name])
    }
    own = frozenset({"lin"}) if Part.REQUESTER in parts else frozenset()
    return own | _seated({disclosure.DUTIES[part] for part in parts - {Part.REQUESTER}})


def _sides(sides: AbstractSet[Side]) -> frozenset[str]:
    """Who may confirm that 宋 gets a seat among the investigators."""
    return SEATED[Duty.INVESTIGATE] if sides == {Side.HOLDER} else frozenset()


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

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.world)

    def set_up(self, cases: Mapping[str, str] = ONE_EACH, *, elsewhere: tuple[Duty, ...] = LATER) -> None:
        """Everything that a step can be about, each as far as it has to be; and everybody there is."""
        self._people(elsewhere)
        gao, he, lin = (self.world.officer(name) for name in ("gao", "he", "lin"))
        for name, stage in cases.items():
            self.cases[name] = case = self._arrive()
            office = Office.__new__(Office)
            office.world, office.lin, office.case = self.world, lin, case
            office.__dict__.update(gao=gao, he=he)
            lin.get(f"/review/cases/{case}")
            if stage == "kept":
                hand(self.world, UUID(case))
            if stage in {"assigned", "taken"}:
                accept(self.world, "lin", UUID(case))
            if stage == "assigned":
                assign(self.world, UUID(case), narrative=True)
            elif stage not in {"fresh", "taken", "kept"}:
                self.requests[name] = self._request(office, stage).rpartition("/")[2]
        with self.world.store.reading() as session:
            case = UUID(self.cases.get("review.unassign") or self.cases["assigned"])
            mine = select(Assignment.id).where(Assignment.case_id == case)
            self.named["assignment_id"] = str(session.scalars(mine).one())
            kept = select(Report.id).where(Report.case_id == UUID(self.cases.get("kept", str(case))))
            self.named["report_id"] = str(session.scalars(kept).one())
        self.named["passkey_id"] = str(keyed.add(self.world, Authenticator()))
        self.named["authority_id"] = str(self.staff.authority())
        self.named["motion_id"] = str(self.staff.propose(MotionKind.SEAT, "guan", "song", duty=Duty.INVESTIGATE))
        self.named["inquiry_id"] = str(self.staff.asked("lin"))
        self.named["desk_id"] = str(self.staff.desk(Duty.INTAKE))

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

    def _arrive(self) -> str:
        before = set(run(self.world, "SELECT id FROM cases"))
        self.world.visitor().report(may_phone="y")
        ((case,),) = set(run(self.world, "SELECT id FROM cases")) - before
        return str(UUID(bytes=case))

    def _request(self, office: Office, stage: str) -> str:
        address = office.asked_anew() if stage in {"said", "answered"} else office.asked()
        if stage != "asked":
            assert office.lift(address) == 303
        if stage == "released":
            assert office.release(address, "name") == 303
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
        path = rule.rule.replace("<kind>/<name>", "holidays/2026")
        for name in rule.arguments:
            path = path.replace(f"<uuid:{name}>", known.get(name, ""))
        return path

    def fields(self, endpoint: str, who: str) -> dict[str, str]:
        """What the form of this step holds, with a code of this moment of whoever sends it."""
        known = {
            "OTP": lambda: self.world.cast[who].code(self.world.clock()),
            "AUTHORITY": lambda: str(self.staff.authority()),
            "PROVINCE": lambda: str(self.staff.authority("office-220000")),
            "MADE": lambda: "{}",
            "DESK": lambda: str(self.staff.desk(Duty.INVESTIGATE)),
            "OTHER": lambda: str(self.staff.authority(NEXT)),
            "SEAT": lambda: str(self.staff.desk(Duty.INTAKE)),
            "INVESTIGATOR": lambda: self.officers["chen"],
        }
        fields = {name: known.get(value, lambda: value)() for name, value in (ROUTES[endpoint].data or {}).items()}  # noqa: B023
        if endpoint in STAGES:
            request = self.request(endpoint).replace("-", "")
            fields["seen"] = str(run(self.world, f"SELECT version FROM disclosures WHERE id = x'{request}'")[0][0])
        if endpoint in CASES:
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
        return client.post(address, base_url=BASE, data={"csrf_token": insider.csrf, **(data or {})})


MOVING = frozenset(  # what a request that is refused may write: the ledger, sessions, counters
    {"leaves", "entries", "ledger_head", "checkpoints", "officer_sessions", "mailbox_sessions", "refusal_counts"}
)


def rows(world: World) -> dict[str, list[tuple]]:
    """Everything that is stored, but for what refusing itself leaves."""
    names = [table.name for table in Base.metadata.sorted_tables if table.name not in MOVING]
    if world.server is not None:
        with world.server.connect(world.database) as connection:
            return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}
    with closing(connect(world.home / "portal.sqlite")) as connection:
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}
