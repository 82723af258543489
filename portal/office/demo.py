"""A demonstration installation: the Jilin tree, a cast that can finish every process, and invented reports.

It is made with the same code as a real one.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

from crypto.keys import OfficerKeys, SigningKey
from crypto.primitives import random_bytes
from portal.domain.errors import StartError
from portal.domain.values import Identity, Narrative, Ruling, Submission
from portal.domain.vocabulary import Duty, IdentityField, Mode, Ongoing
from portal.office import arrival, casework, founding, installing, keyring, reports, signing_in
from portal.office.founding import Founder
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.opening import open_house
from portal.policy.loader import load_policies
from portal.settings import Settings
from portal.store.cases import Case
from portal.store.reports import Report
from portal.store.session import Store

ORIGIN = "shaoyin.demo.invalid/ledger"
ACCOUNTS, TOUR = "demo-accounts.json", "demo-tour.json"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

OFFICES: Mapping[str, str] = {"sheng": "office-220000", "changchun": "office-220100", "siping": "office-220300"}
DISCIPLINE: Mapping[str, str] = {"jijian": "discipline-220000"}
OFFICE_CAST: Mapping[Duty, int] = {
    Duty.INTAKE: 1,
    Duty.INVESTIGATE: 2,
    Duty.LEAD: 1,
    Duty.CUSTODY: 1,
    Duty.AWARD: 1,
    Duty.PAYOUT: 2,
    Duty.AUDIT: 1,
    Duty.ADMINISTER: 2,
}
DISCIPLINE_CAST: Mapping[Duty, int] = {Duty.INTAKE: 1, Duty.LEAD: 1, Duty.CUSTODY: 1, Duty.INVESTIGATE: 2}


@dataclass(frozen=True, slots=True)
class Member:
    """One officer of the cast, with what signs them in."""

    username: str
    password: str = field(repr=False)
    officer_id: UUID
    keys: OfficerKeys = field(repr=False)
    duty: Duty
    authority: str

    def account(self) -> dict[str, Any]:
        """A line of demo-accounts.json."""
        return {
            "username": self.username,
            "password": self.password,
            "totp_secret": base64.b32encode(self.keys.otp).decode(),
            "duties": [str(self.duty)],
            "authority": self.authority,
        }


def install(environ: Mapping[str, str], *, now: datetime, say: Callable[[str], None] = lambda _: None) -> Path:
    """Make a demonstration in an empty home. Raises StartError when there is something already."""
    return installing.install(environ, lambda settings, store: _fill(settings, store, now=now, say=say))


def _fill(settings: Settings, store: Store, *, now: datetime, say: Callable[[str], None]) -> None:
    root = SigningKey.generate()  # its private half ends with this process
    founded = now - timedelta(days=120)
    with store.transaction() as session:
        founder = installing.begin(settings, session, root, name="哨音演示", origin=ORIGIN, demo=True, now=founded)
        say("主管部门 authorities")
        cast = _cast(founder, say)
    house = open_house(settings, store)
    say("举报件 reports")
    _reports(store, house, settings, cast, now=now)
    installing.sign(settings, store, now=now)
    accounts = json.dumps([member.account() for member in cast], ensure_ascii=False, indent=1)
    _write(settings.home / ACCOUNTS, accounts)


def _cast(founder: Founder, say: Callable[[str], None]) -> list[Member]:
    template = load_policies().authorities
    ids = founding.add_authorities(founder, template)
    cast: list[Member] = []
    for places, duties in ((OFFICES, OFFICE_CAST), (DISCIPLINE, DISCIPLINE_CAST)):
        for prefix, code in places.items():
            name = template.by_code[code].name_on(founder.now.date()).zh
            say(f"工作人员 officers: {name}")
            for duty, number in duties.items():
                members = [
                    _enrol(founder, ids[code], name, _username(prefix, duty, n, number), duty) for n in range(number)
                ]
                founding.open_desk(founder, ids[code], duty, {m.officer_id: m.keys.secret.public for m in members})
                cast += members
    return cast


def _username(prefix: str, duty: Duty, position: int, number: int) -> str:
    return f"{prefix}-{duty}" + (str(position + 1) if number > 1 else "")


def _enrol(founder: Founder, authority_id: UUID, name: str, username: str, duty: Duty) -> Member:
    password = "-".join(_letters(4) for _ in range(3))
    officer_id, keys = founding.enrol(founder, authority_id, username, password)
    return Member(username, password, officer_id, keys, duty, name)


def _letters(length: int) -> str:
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(length))


def _reports(store: Store, house: House, settings: Settings, cast: list[Member], *, now: datetime) -> None:
    data = json.loads(files("portal.office").joinpath("demo_reports.json").read_bytes())["reports"]
    shown = None
    for one in sorted(data, key=lambda report: -report["days_ago"]):
        report_id = _send(store, house, one, now=now - timedelta(days=one["days_ago"]))
        shown = report_id if one["id"] == "DEMO-01" else shown
        if one["accepted"]:
            _accept(store, house, cast, report_id, one, now=now - timedelta(days=max(one["days_ago"] - 2, 0)))
    tour = {"report": str(shown), "text": next(one["description"] for one in data if one["id"] == "DEMO-01")}
    _write(settings.home / TOUR, json.dumps(tour, ensure_ascii=False))


def _send(store: Store, house: House, one: Mapping[str, Any], *, now: datetime) -> UUID:
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
    token = reports.new_token(house, now)
    submission = Submission(token, narrative, _identity(one), marked=False)
    with store.reading() as session:
        plan = reports.plan(house, session, narrative, "zh-Hans", now=now)
    sealed = arrival.seal(house, plan, submission, reports.read_receipt(house, token, now), now=now)
    with store.transaction() as session:
        reports.submit(session, house, sealed)
    return sealed.reporter.report_id


def _identity(one: Mapping[str, Any]) -> Identity:
    fields = {IdentityField.RELATION: "insider" if one["insider"] else "outsider"}
    if one["mode"] == Mode.IDENTIFIED:
        fields |= {IdentityField.NAME: "样例周（虚构）", IdentityField.PHONE: "130 0000 0000"}
    elif one["mode"] == Mode.CONTACT:
        fields |= {IdentityField.EMAIL: "zhou@example.invalid"}
    return Identity(fields)


def _accept(
    store: Store, house: House, cast: list[Member], report_id: UUID, one: Mapping[str, Any], *, now: datetime
) -> None:
    """Taken up by the intake officer of the desk that received it, with a first letter."""
    with store.reading() as session:
        report = session.get_one(Report, report_id)
        case = session.get_one(Case, report.case_id)
        member, ring = _officer_of(store, house, cast, case)
        actor = signing_in.actor_of(session, member.officer_id)
        ruling = Ruling(
            f"{one['respondent'] or one['place'][:30]}：{house.policies.categories.kinds[one['category']].zh}"[:60],
            case.version,
        )
        acceptance = casework.prepare_acceptance(session, house, actor, case.id, ruling, now=now)
    with store.transaction() as session:
        casework.accept(session, house, actor, case.id, acceptance, now=now)
    with store.reading() as session:
        letter = casework.prepare_letter(session, house, actor, ring, case.id, LETTER, now=now)
    with store.transaction() as session:
        casework.write(session, house, actor, case.id, letter)


LETTER = (
    "您反映的情况已经受理，我们会尽快核查。为了不暴露您，检查的时间和方式不在这里说。您想到别的情况，可以在这里接着写。"
)


def _officer_of(store: Store, house: House, cast: list[Member], case: Case) -> tuple[Member, Keyring]:
    with store.reading() as session:
        for member in cast:
            if member.duty is Duty.INTAKE:
                actor = signing_in.actor_of(session, member.officer_id)
                if case.desk_id in actor.desks(Duty.INTAKE):
                    return member, keyring.load(session, house, member.officer_id, member.keys.secret)
    raise StartError("the demonstration has no intake officer for a desk")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
