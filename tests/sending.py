"""The steps of the office without a browser: what views do between parsing a form and rendering a sheet."""

from collections.abc import Callable, Mapping
from contextlib import closing
from sqlite3 import connect
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.errors import StaleError
from portal.domain.values import Identity, Narrative, Question, Refusal, Ruling, Submission
from portal.domain.vocabulary import IdentityField, Mode, Ongoing
from portal.office import arrival, case_page, casework, history, mailbox, reports, triage
from portal.office.arrival import Plan
from portal.office.keyring import ReporterKey
from portal.office.sheets import CaseSheet, MailboxSheet, ReceiptSheet
from portal.store.reports import Report
from tests import raw
from tests.world import World

NAMED: Mapping[IdentityField, str] = {
    IdentityField.RELATION: "outsider",
    IdentityField.NAME: "周小明",
    IdentityField.PHONE: "13800000000",
}
UNNAMED: Mapping[IdentityField, str] = {IdentityField.RELATION: "outsider"}

WORDS = "有新情况，可以再写。"


def narrative(**changes: Any) -> Narrative:
    """What 周 tells."""
    said: dict[str, Any] = {
        "category": "EXIT-01",
        "division": "220102",
        "respondent": "蓝鲸地下购物广场",
        "place": "地下二层东侧6号出口",
        "ongoing": Ongoing.PAST,
        "occurred_on": None,
        "description": "6号安全出口用铁链子锁着。",
        "mode": Mode.IDENTIFIED,
        "concerns_office": False,
        "superior": False,
        "may_phone": False,
    }
    return Narrative(**{**said, **changes})


def submission(
    world: World, token: str = "", identity: Mapping[IdentityField, str] = NAMED, **changes: Any
) -> Submission:
    """A form that was filled in; a fresh one unless its token is given."""
    token = token or reports.new_token(world.house, world.clock())
    return Submission(token, narrative(**changes), Identity(identity), marked=False)


def plan(world: World, one: Submission) -> Plan:
    """Where it goes."""
    with world.store.reading() as session:
        return reports.plan(world.house, session, one.narrative, "zh-Hans", now=world.clock())


def send(world: World, one: Submission) -> ReceiptSheet:
    """Plan, seal, store; again when something changed in between, as the view does."""
    for _ in range(2):
        try:
            return _send(world, one)
        except StaleError:
            continue
    return _send(world, one)


def _send(world: World, one: Submission) -> ReceiptSheet:
    now = world.clock()
    receipt = reports.read_receipt(world.house, one.token, now)
    with world.store.reading() as session:
        known = reports.find(session, world.house, receipt)
        if known is not None:
            again = reports.prepare_again(session, world.house, one, receipt, known, "zh-Hans", now=now)
    if known is not None:
        with world.store.transaction() as session:
            return reports.store_again(session, world.house, again, now=now)
    sealed = arrival.seal(world.house, plan(world, one), one, receipt, now=now)
    with world.store.transaction() as session:
        return reports.submit(session, world.house, sealed)


def reporter(world: World, one: Submission) -> ReporterKey:
    """The key that its receipt gives."""
    receipt = reports.read_receipt(world.house, one.token, world.clock())
    with world.store.reading() as session:
        found = reports.find(session, world.house, receipt)
    assert found is not None
    return found


def case_of(world: World, key: ReporterKey) -> UUID:
    """The case made with a report."""
    with world.store.reading() as session:
        return session.get_one(Report, key.report_id).case_id


def arrive(world: World, **changes: Any) -> tuple[ReporterKey, UUID]:
    """A new report: its reporter's key and its case."""
    one = submission(world, **changes)
    send(world, one)
    key = reporter(world, one)
    return key, case_of(world, key)


def open_case(world: World, username: str, case_id: UUID, *, phone: bool = False) -> CaseSheet:
    """An officer opens a case."""
    world.sign()
    actor, ring = world.actor(username), world.ring(username)
    with world.store.transaction() as session:
        page = case_page.show(session, world.house, actor, ring, case_id, "zh-Hans", now=world.clock(), phone=phone)
    return page.sheet


def newest(world: World, case_id: UUID) -> int:
    """The newest step on a case, as a page made now would carry it."""
    with world.store.reading() as session:
        report_id = session.scalars(select(Report.id).where(Report.case_id == case_id)).first()
        return history.newest(session, report_id, case_id) if report_id else 0


def accept(
    world: World, username: str, case_id: UUID, *, seen: int | None = None, subject: str = "安全出口上锁"
) -> None:
    """An officer takes a report up."""
    actor, ruling = world.actor(username), Ruling(subject, newest(world, case_id) if seen is None else seen)
    with world.store.reading() as session:
        made = casework.prepare_acceptance(session, world.house, actor, case_id, ruling, now=world.clock())
    with world.store.transaction() as session:
        casework.accept(session, world.house, actor, case_id, made, now=world.clock())


def write(world: World, username: str, case_id: UUID, text: str) -> None:
    """An officer writes to the reporter."""
    actor, ring, letter = world.actor(username), world.ring(username), Question(text, newest(world, case_id))
    with world.store.reading() as session:
        made = casework.prepare_letter(session, world.house, actor, ring, case_id, letter, now=world.clock())
    with world.store.transaction() as session:
        casework.write(session, world.house, actor, case_id, letter, made)


def ask(world: World, username: str, case_id: UUID, text: str = "请问是几层？", *, seen: int | None = None) -> None:
    """An officer asks the reporter for more."""
    question = Question(text, newest(world, case_id) if seen is None else seen)
    _triage(world, username, case_id, triage.prepare_question, question)


def decline(
    world: World, username: str, case_id: UUID, reason: str, explanation: str = WORDS, *, seen: int | None = None
) -> None:
    """An officer turns a report away."""
    refusal = Refusal(reason, explanation, newest(world, case_id) if seen is None else seen)
    _triage(world, username, case_id, triage.prepare_refusal, refusal)


def _triage(world: World, username: str, case_id: UUID, prepare: Callable[..., triage.Step], value: Any) -> None:
    actor, ring = world.actor(username), world.ring(username)
    with world.store.reading() as session:
        step = prepare(session, world.house, actor, ring, case_id, value, now=world.clock())
    with world.store.transaction() as session:
        triage.take(session, world.house, actor, case_id, step, now=world.clock())


def say(world: World, key: ReporterKey, text: str) -> None:
    """A reporter writes to the office."""
    with world.store.reading() as session:
        made = mailbox.prepare_message(session, world.house, key, text, now=world.clock())
    with world.store.transaction() as session:
        mailbox.send(session, world.house, key, made, now=world.clock())


def box(world: World, key: ReporterKey, language: str = "zh-Hans") -> MailboxSheet:
    """What the reporter sees."""
    with world.store.reading() as session:
        return mailbox.sheet(session, world.house, key, language, now=world.clock())


def run(world: World, statement: str, *values: Any) -> list[tuple]:
    """A statement on the raw database, committed."""
    if world.server is not None:
        return raw.on_server(world, statement, values)
    with closing(connect(world.home / "portal.sqlite")) as connection, connection:
        return connection.execute(statement, values).fetchall()
