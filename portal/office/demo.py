"""A demonstration installation: the Jilin tree, a cast that can finish every process, and invented reports.

It is made with the same code as a real one.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from crypto.keys import OfficerKeys, SigningKey
from crypto.primitives import random_bytes
from portal.domain.vocabulary import Duty
from portal.office import demo_alarming, demo_counters, demo_stories, founding, installing, match_keys
from portal.office.checkpoints import LogKeys
from portal.office.demo_stage import Stage
from portal.office.founding import Founder
from portal.office.opening import open_house
from portal.policy.loader import load_policies
from portal.settings import Settings
from portal.store.session import Store

ORIGIN = "shaoyin.demo.invalid/ledger"
ACCOUNTS, TOUR = "demo-accounts.json", "demo-tour.json"
SHOWN = "DEMO-01"  # the report that the tour shows on disk and on screen
# Mailboxes that a visitor may open, by what there is to see: demo_reports.json plays it.
MAILBOXES = {
    "asked": "DEMO-25",
    "declined": "DEMO-17",
    "seen": "DEMO-24",
    "consent": "DEMO-05",
    "agreed": "DEMO-20",
    "withheld": "DEMO-01",
    "files": "DEMO-04",
    "original": "DEMO-07",
    "result": "DEMO-12",
    "objected": "DEMO-24",
    "reward": "DEMO-09",
    "contested": "DEMO-23",
    "revoked": "DEMO-63",
    "retaliated": "DEMO-16",
}
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

OFFICES: Mapping[str, str] = {"sheng": "office-220000", "changchun": "office-220100", "siping": "office-220300"}
DISCIPLINE: Mapping[str, str] = {"jijian": "discipline-220000"}
OFFICE_CAST: Mapping[Duty, int] = {
    Duty.INTAKE: 1,
    Duty.INVESTIGATE: 2,
    Duty.LEAD: 1,
    Duty.CUSTODY: 1,
    Duty.AWARD: 2,
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
        match_keys.found(founder)
    house = open_house(settings, store)
    say("举报件 reports")
    stage = Stage(store, house, LogKeys.read(settings), cast)
    demo_counters.place(stage, now=founded + timedelta(hours=2))
    told = demo_stories.play(stage, now=now)
    demo_alarming.watch(stage, now=now)
    shown = next(one for one in demo_stories.read() if one["id"] == SHOWN)
    tour = {
        "report": str(told[SHOWN].reporter.report_id),
        "text": shown["description"],
        "mailboxes": {what: told[name].code for what, name in MAILBOXES.items()},
    }
    _write(settings.home / TOUR, json.dumps(tour, ensure_ascii=False))
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


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
