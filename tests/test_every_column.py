"""No name of a column means anything to a form: sent in addition, with values that would help, it changes nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Boolean, Column, Date, Enum, Integer, LargeBinary
from sqlalchemy.sql.sqltypes import Text

from portal.domain.alarms import AlarmKind
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import staffing
from portal.store.base import Id, Instant, Privacy
from portal.store.models import Base
from tests import keyed, verification
from tests.alarming import by_hand
from tests.authenticator import Authenticator
from tests.disclosing import Office
from tests.entitled import BACK, CASES, SHUT, STAGES, WORKED, stage_of
from tests.exhibits import record
from tests.filing import add
from tests.insiders import MOVING, Insider, Work
from tests.insiders import rows as everything
from tests.pages import Page
from tests.sending import run
from tests.staged import STAGED
from tests.visitor import REPORT, SUBMISSION, TOKEN
from tests.web.routes import ROUTES
from tests.web.stages import REWARDED
from tests.world import Template, World

pytestmark = pytest.mark.sqlite

# What is late takes two months (tests/office/test_awarding); a list takes all that was released (test_bank_lists).
APART = {"review.prolong_reward", "review.forfeit_reward", "review.make_bank_list"}
POSTED = [name for name, route in ROUTES.items() if route.data is not None and name not in APART]
OWN_BOX = tuple(name for name in POSTED if name in REWARDED and name.startswith("mailbox."))  # each its own report
MAILBOX = (
    *OWN_BOX,
    "mailbox.make_statement",
    "mailbox.say_consent",
    "mailbox.message",
    "mailbox.make_objection",
    "mailbox.add_evidence",
    "mailbox.begin_upload",
    "mailbox.finish_upload",
    "mailbox.tell_place",
    "mailbox.begin_upload",
    "mailbox.finish_upload",
    "mailbox.change_identity",
    "mailbox.withdraw",
    "intake.leave",
)  # it closes by itself
# What ends somebody's work comes last, in this order.
LAST = ("password", "sign_out", "unseat", "end_sessions", "suspend", "remove_officer")
ORDER = sorted(
    POSTED,
    key=lambda name: (
        name not in MAILBOX,
        MAILBOX.index(name) if name in MAILBOX else 0,
        next((at for at, word in enumerate(LAST, 1) if word in name), 0),
    ),
)
PLAIN = {Privacy.CLEAR, Privacy.STAFF}


def hostile(column: Column, world: World) -> str:
    """A value of the column's kind that would serve somebody."""
    kind = column.type
    if isinstance(kind, Id):
        return str(world.cast["qin"].officer_id)
    if isinstance(kind, Enum):
        return str(kind.enums[-1])
    if isinstance(kind, Instant | Date):
        return datetime(2031, 1, 1, tzinfo=UTC).date().isoformat()
    if isinstance(kind, Boolean):
        return "1"
    if isinstance(kind, Integer):
        return "424242"
    assert isinstance(kind, LargeBinary | Text)
    return "qin"


def columns(world: World) -> dict[str, str]:
    """Every column of every table by its name, and with the table's before it."""
    named = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            named[column.name] = named[f"{table.name}-{column.name}"] = hostile(column, world)
    return named


DRAWN = re.compile(rb'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|"fingerprint":"[^"]*"')
ID = 16  # bytes


def stored(world: World, known: frozenset[object]) -> dict[str, list[tuple]]:
    """What can be compared of two installations that drew other ids and keys: the rest is there or not.

    Of ids those are, that were there before.
    """
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in MOVING - {"entries"}:
            wanted = (f'"{one.name}"' + ("" if one.info["privacy"] in PLAIN else " IS NULL") for one in table.columns)
            rows = run(world, f"SELECT {', '.join(wanted)} FROM {table.name}")
            found[table.name] = sorted((tuple(told(one, known) for one in row) for row in rows), key=repr)
    return found


def told(value: object, known: frozenset[object]) -> object:
    if not isinstance(value, bytes):
        return value
    if len(value) == ID:
        return value if value in known else "drawn"
    return DRAWN.sub(b"drawn", value)


FILED = {one.name for table in ("letters", "blobs", "reports", "identity_fields", "cases")
         for one in Base.metadata.tables[table].columns}  # fmt: skip

# Steps about the same thing have one each.
MOTIONS = {"review.refuse_motion": "lin", "review.withdraw_motion": "lan"}
ABOUT = {"review.propose_seat": "gao", "review.renew_code": "qian"}


@dataclass
class Both(Work):
    """The same steps, with what is sent in addition or without."""

    staged: dict[str, dict[str, str]] = field(default_factory=dict)  # what the addresses of one step name
    boxes: dict[str, str] = field(default_factory=dict)  # the codes of mailboxes in which a step is possible

    def address(self, endpoint: str) -> str:
        """Each step on a motion or an officer of its own."""
        before = dict(self.named), dict(self.officers)
        self.named |= self.staged.get(endpoint, {})
        self.named |= {kind: self.named.get(endpoint, self.named[kind]) for kind in ("motion_id", "alarm_id")}
        self.officers |= {"lin": self.officers[ABOUT.get(endpoint, "lin")], "song": self.officers["gao"]}
        try:
            return super().address(endpoint)
        finally:
            self.named, self.officers = before

    def recusal(self, endpoint: str) -> str:
        """The one that was staged for the step."""
        return self.staged[endpoint]["recusal_id"]

    def fields(self, endpoint: str, who: str) -> dict[str, str]:
        """As the form is filled in; the name of somebody new."""
        said = super().fields(endpoint, who)
        new = {"username": "niu"} if endpoint == "review.invite_officer" else {}
        made = {"credential": keyed.made(self.visitors[who], Authenticator())} if "credential" in said else {}
        return {**said, **new, **made}

    def take(self, endpoint: str, extra: Mapping[str, str]) -> int:
        """Send a form that goes through; returns the status."""
        rule = next(one for one in self.world.app.url_map.iter_rules() if one.endpoint == endpoint)
        visitor = self.visitors.get(endpoint) or self.visitors[ROUTES[endpoint].who]
        if "files" in (ROUTES[endpoint].data or {}):  # which has a hundred parts at most
            extra = {name: one for name, one in extra.items() if name in FILED}
        if "OTP" in (ROUTES[endpoint].data or {}).values():  # or who does nothing meanwhile is out by the end
            self.world.clock.forward(seconds=31)
        self.world.sign()
        if not endpoint.startswith("review."):
            return self._public(endpoint, rule.rule, visitor, extra)
        who = ROUTES[endpoint].who
        page = visitor.get("/review/account")
        said = self.fields(endpoint, who)
        known = self._known(visitor, endpoint, said)
        insider = Insider(who, visitor, TOKEN.search(page.text)[1])
        answer = self.send(
            insider, endpoint, {**{name: one for name, one in extra.items() if name not in known}, **said}
        )
        return answer.status_code

    def _known(self, visitor, endpoint: str, said: Mapping[str, str]) -> set[str]:
        """The names that the form itself has."""
        address = self.address(endpoint)
        page = {"cases": address.rpartition("/")[0], "disclosures": address.rpartition("/")[0]}
        kind = address.split("/")[2]
        places = (page.get(kind, address.rpartition("/")[0]), address)  # a list's own form stands on the list
        shown = [Page(visitor.get(place).text) for place in places]
        forms = [form for one in shown for form in one.forms if form.attrs.get("action") == address]
        return {*said, "csrf_token", *(name for form in forms for name in form.fields)}

    def _public(self, endpoint: str, path: str, visitor, extra: Mapping[str, str]) -> int:
        page = visitor.get(
            {"mailbox": "/mailbox", "signing": "/review/login"}.get(endpoint.partition(".")[0], "/report")
        )
        said = {**ROUTES[endpoint].data, "csrf_token": TOKEN.search(page.text)[1]}
        if "receipt" in said:
            said["receipt"] = self.receipt
        if "request" in said:
            said["request"] = self.named["REQUEST"]
        if endpoint == "intake.send_report":
            said["submission"] = SUBMISSION.search(page.text)[1]
        known = {*said, *REPORT, *(name for form in Page(page.text).forms for name in form.fields)}
        return visitor.post(
            path, {**{name: one for name, one in extra.items() if name not in known}, **said}
        ).status_code


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Both]:
    """A case of its own for each step."""
    world = World.copy(template, tmp_path_factory.mktemp("columns") / "home")
    made = Both(world)
    made.set_up(
        {name: stage_of(name) for name in (*CASES, *STAGES, *WORKED) if name in POSTED}
        | {"fresh": "fresh", "kept": "kept", "review.take_back_recusal": "fresh", BACK: "fresh"}
        | dict.fromkeys(("review.take_file", "review.propose_extension_assigned"), "assigned"),
        elsewhere=(),
    )
    for endpoint in STAGED.keys() & set(POSTED):
        made.staged[endpoint] = STAGED[endpoint](world, UUID(made.cases[endpoint]))
    for endpoint in REWARDED.keys() & set(POSTED):
        made.staged[endpoint] = made.reward(REWARDED[endpoint])
        made.boxes[endpoint] = made.code
    made.staged["review.add_exhibits"] = {"about_id": str(record(world, UUID(made.cases["review.add_exhibits"])))}
    add(world, "lin", UUID(made.cases[BACK]))
    for endpoint, who in MOTIONS.items():
        motion = made.staff.propose(MotionKind.SEAT, "guan", who, duty=Duty.INVESTIGATE)
        made.named[endpoint] = str(motion)
    by_hand(world, "gao", UUID(made.cases["review.dispose"]))
    made.named["review.stand_down_alarm"] = str(by_hand(world, "gao", UUID(made.cases["fresh"]), AlarmKind.DEATH))
    with made.staff.act("guan") as act:
        staffing.suspend(act, world.cast[SHUT].officer_id)
    zhou = world.visitor()
    before = set(run(world, "SELECT id FROM cases"))
    zhou.report()
    made.receipt = zhou.receipt
    ((case,),) = set(run(world, "SELECT id FROM cases")) - before
    office = Office.of(world, world.officer("lin"), str(UUID(bytes=case)))
    made.named["REQUEST"] = office.questioned().rpartition("/")[2]
    verification.lead(made.staff, UUID(bytes=case), "told")
    return world.keep(template), made


def walk(filled: tuple[Template, Both], home: Path, *, extra: bool) -> tuple[dict[str, int], dict[str, list[tuple]]]:
    template, made = filled
    world = World.copy(template, home)
    world.cast = made.staff.cast
    world.clock.now = made.world.clock.now
    both = Both(world, made.requests, made.cases, made.officers, made.named)
    both.receipt, both.staged = made.receipt, made.staged
    both.visitors = {name: world.officer(name) for name in world.cast}
    both.visitors |= {"nobody": world.visitor(), "reporter": world.visitor()}
    both.visitors |= {endpoint: world.visitor() for endpoint in OWN_BOX}
    for name, receipt in {"reporter": both.receipt, **{one: made.boxes[one] for one in OWN_BOX}}.items():
        both.visitors[name].open_mailbox(receipt)
    known = frozenset(one for each in everything(world).values() for row in each for one in row)
    more = columns(world) if extra else {}
    said = {endpoint: both.take(endpoint, more) for endpoint in ORDER}
    found = stored(world, known)
    world.verify()
    world.close()
    return said, found


def test_columns_sent_with_every_form_change_nothing(filled: tuple[Template, Both], tmp_path: Path) -> None:
    without, plain = walk(filled, tmp_path / "without", extra=False)
    wrong = {name: status for name, status in without.items() if status != ROUTES[name].status}
    assert wrong == {}
    said, found = walk(filled, tmp_path / "with", extra=True)
    assert said == without
    for table, rows in plain.items():
        assert found[table] == rows, table
