"""What happens to the invented reports of a demonstration: each step by the code that a real one goes through."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from portal.domain.errors import StartError
from portal.domain.values import Identity, Narrative, Question, Refusal, Ruling, Submission
from portal.domain.vocabulary import Duty, IdentityField, Mode, Ongoing
from portal.office import (
    arrival,
    case_page,
    casework,
    checkpoints,
    demo_alarming,
    demo_assigning,
    demo_clocks,
    demo_disclosures,
    demo_files,
    demo_rewarding,
    demo_transferring,
    demo_triage,
    demo_verifying,
    history,
    keyring,
    mailbox,
    reports,
    signing_in,
    ticking,
    triage,
)
from portal.office.demo_stage import LANGUAGE, Stage, Told
from portal.office.keyring import ReporterKey
from portal.store.cases import Case
from portal.store.officers import Officer
from portal.store.reports import Report


def read() -> list[Mapping[str, Any]]:
    """The invented reports, each with its story: steps by day after its arrival."""
    found: list[Mapping[str, Any]] = json.loads(files("portal.office").joinpath("demo_reports.json").read_bytes())[
        "reports"
    ]
    return found


def play(stage: Stage, *, now: datetime) -> Mapping[str, Told]:
    """Send every report and take every step, in the order of time; returns what was told by its name."""
    told: dict[str, Told] = {}
    for at, one, step in _plot(now):
        _tick(stage, at)
        if step is None:
            told[one["id"]] = _send(stage, one, now=at)
        else:
            STEPS[step["step"]](stage, told[one["id"]], step, at)
    _tick(stage, now)
    return told


def _tick(stage: Stage, at: datetime) -> None:
    with stage.store.transaction() as session:
        ticking.tick(session, stage.house, now=at)


def _plot(now: datetime) -> list[tuple[datetime, Mapping[str, Any], Mapping[str, Any] | None]]:
    """All arrivals and steps until now, by time; steps of one day an hour apart."""
    scenes: list[tuple[datetime, Mapping[str, Any], Mapping[str, Any] | None]] = []
    for one in read():
        arrived = now - timedelta(days=one["days_ago"])
        scenes.append((arrived, one, None))
        if (answered := arrived + timedelta(minutes=demo_alarming.ANSWER["after"])) <= now:
            scenes.append((answered, one, demo_alarming.ANSWER))
        for place, step in enumerate(one["story"], 1):
            at = arrived + timedelta(days=step["day"], minutes=place)
            if at <= now:
                scenes.append((at, one, step))
    return sorted(scenes, key=lambda scene: scene[0])


def _send(stage: Stage, one: Mapping[str, Any], *, now: datetime) -> Told:
    """An invented report goes the way of a real one."""
    narrative = Narrative(
        category=one["category"],
        division=one["division"],
        respondent=one["respondent"],
        place=one["place"],
        ongoing=Ongoing.NOW,
        occurred_on=None,
        description=one["description"],
        mode=Mode(one["mode"]),
        concerns_office=False,
        superior=one["superior"],
        may_phone=one["mode"] == Mode.IDENTIFIED,
    )
    house, token = stage.house, reports.new_token(stage.house, now)
    submission = Submission(token, narrative, _identity(one), marked="测试" in one["place"])
    with stage.store.reading() as session:
        plan = reports.plan(house, session, narrative, LANGUAGE, now=now)
    sealed = arrival.seal(house, plan, submission, reports.read_receipt(house, token, now), now=now)
    with stage.store.transaction() as session:
        reports.submit(session, house, sealed)
    return _told(stage, one, str(sealed.receipt), sealed.reporter)


def _identity(one: Mapping[str, Any]) -> Identity:
    fields = {IdentityField.RELATION: "insider" if one["insider"] else "outsider"}
    if one["mode"] == Mode.IDENTIFIED:
        fields |= {IdentityField.NAME: "样例周（虚构）", IdentityField.PHONE: "130 0000 0000"}
    elif one["mode"] == Mode.CONTACT:
        fields |= {IdentityField.EMAIL: "zhou@example.invalid"}
    return Identity(fields)


def _told(stage: Stage, one: Mapping[str, Any], code: str, reporter: ReporterKey) -> Told:
    """With the intake officer of the desk that received it."""
    with stage.store.reading() as session:
        case = session.get_one(Case, session.get_one(Report, reporter.report_id).case_id)
        for member in (one for one in stage.cast if one.duty is Duty.INTAKE):
            actor = signing_in.actor_of(session, session.get_one(Officer, member.officer_id))
            if case.desk_id in actor.desks(Duty.INTAKE):
                ring = keyring.load(session, stage.house, member.officer_id, member.keys.secret)
                return Told(one, code, reporter, case.id, actor, ring)
    raise StartError("the demonstration has no intake officer for a desk")


def _look(stage: Stage, told: Told, _step: Mapping[str, Any], at: datetime) -> int:
    """Intake opens the case, as before every step; returns the newest step seen."""
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.transaction() as session:
        return case_page.show(session, stage.house, told.actor, told.ring, told.case_id, LANGUAGE, now=at).sheet.seen


def _accept(stage: Stage, told: Told, step: Mapping[str, Any], at: datetime) -> None:
    one, house = told.one, stage.house
    subject = f"{one['respondent'] or one['place'][:30]}：{house.policies.categories.kinds[one['category']].zh}"[:60]
    ruling = Ruling(subject, _look(stage, told, step, at))
    with stage.store.reading() as session:
        made = casework.prepare_acceptance(session, house, told.actor, told.case_id, ruling, now=at)
    with stage.store.transaction() as session:
        casework.accept(session, house, told.actor, told.case_id, made, now=at)


def _letter(stage: Stage, told: Told, step: Mapping[str, Any], at: datetime) -> None:
    letter = Question(step["text"], _newest(stage, told))
    with stage.store.reading() as session:
        made = casework.prepare_letter(session, stage.house, told.actor, told.ring, told.case_id, letter, now=at)
    with stage.store.transaction() as session:
        casework.write(session, stage.house, told.actor, told.case_id, letter, made)


def _newest(stage: Stage, told: Told) -> int:
    with stage.store.reading() as session:
        return history.newest(session, told.reporter.report_id, told.case_id)


def _ask(stage: Stage, told: Told, step: Mapping[str, Any], at: datetime) -> None:
    question = Question(step["text"], _look(stage, told, step, at))
    with stage.store.reading() as session:
        made = triage.prepare_question(session, stage.house, told.actor, told.ring, told.case_id, question, now=at)
    with stage.store.transaction() as session:
        triage.take(session, stage.house, told.actor, told.case_id, made, now=at)


def _decline(stage: Stage, told: Told, step: Mapping[str, Any], at: datetime) -> None:
    refusal = Refusal(step["reason"], step["text"], _look(stage, told, step, at))
    with stage.store.reading() as session:
        made = triage.prepare_refusal(session, stage.house, told.actor, told.ring, told.case_id, refusal, now=at)
    with stage.store.transaction() as session:
        triage.take(session, stage.house, told.actor, told.case_id, made, now=at)


def _reply(stage: Stage, told: Told, step: Mapping[str, Any], at: datetime) -> None:
    with stage.store.transaction() as session:
        mailbox.serve(session, stage.house, told.reporter, now=at)
    with stage.store.reading() as session:
        made = mailbox.prepare_message(session, stage.house, told.reporter, step["text"], now=at)
    with stage.store.transaction() as session:
        mailbox.send(session, stage.house, told.reporter, made, now=at)


def _withdraw(stage: Stage, told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    with stage.store.transaction() as session:
        mailbox.withdraw(session, stage.house, told.reporter, now=at)


STEPS: Mapping[str, Callable[[Stage, Told, Mapping[str, Any], datetime], object]] = {
    "look": _look,
    "accept": _accept,
    "letter": _letter,
    "ask": _ask,
    "decline": _decline,
    "reply": _reply,
    "withdraw": _withdraw,
    **demo_alarming.STEPS,
    **demo_assigning.STEPS,
    **demo_triage.STEPS,
    **demo_clocks.STEPS,
    **demo_disclosures.STEPS,
    **demo_files.STEPS,
    **demo_rewarding.STEPS,
    **demo_transferring.STEPS,
    **demo_verifying.STEPS,
}
