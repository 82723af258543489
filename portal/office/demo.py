"""A demonstration installation: the Jilin tree, a cast that can finish every process, and invented reports.

It is made with the same code as a real one, in a folder beside its home that is renamed when all is there.
"""

import base64
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from crypto.keys import OfficerKeys, SigningKey
from crypto.primitives import random_bytes
from portal.domain.errors import StartError
from portal.domain.vocabulary import Duty
from portal.office import checkpoints, demo_stories, founding
from portal.office.checkpoints import LogKeys
from portal.office.demo_stories import Stage
from portal.office.founding import Founder
from portal.office.opening import open_house
from portal.office.recording import EntryKey
from portal.policy.loader import load_policies
from portal.settings import Settings, home_of, make_home, read_key, read_keys, write_key
from portal.store import migrate
from portal.store.session import Store

ORIGIN = "shaoyin.demo.invalid/ledger"
ACCOUNTS, TOUR = "demo-accounts.json", "demo-tour.json"
SHOWN = "DEMO-01"  # the report that the tour shows on disk and on screen
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
    home = home_of(environ)
    if home.exists() and any(home.iterdir()):
        raise StartError(f"{home} is not empty; a demonstration needs an empty PORTAL_HOME")
    building = home.with_name(home.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    make_home(building)
    settings = Settings.found({**environ, "PORTAL_HOME": str(building)})
    store = migrate.create(settings.database_url)
    try:
        _fill(settings, store, now=now, say=say)
    finally:
        store.close()
    if home.exists():
        home.rmdir()
    building.replace(home)
    return home


def _fill(settings: Settings, store: Store, *, now: datetime, say: Callable[[str], None]) -> None:
    root = SigningKey.generate()  # its private half ends with this process
    write_key(settings.root_key, root.public.raw, mode=0o644)
    founded = now - timedelta(days=120)
    with store.transaction() as session:
        founder = Founder(
            session=session,
            installation=random_bytes(16),
            root=root,
            entry_key=EntryKey(read_keys(settings.entry_keys)[0]),
            pepper=read_key(settings.pepper),
            now=founded,
        )
        founding.found(founder, name="哨音演示", origin=ORIGIN, demo=True)
        founding.certify_service_keys(
            founder,
            promise=SigningKey(read_key(settings.promise_key)).public,
            log=SigningKey(read_key(settings.log_key)).public,
        )
        say("主管部门 authorities")
        cast = _cast(founder, say)
    house = open_house(settings, store)
    say("举报件 reports")
    told = demo_stories.play(Stage(store, house, LogKeys.read(settings), cast), now=now)
    shown = next(one for one in demo_stories.read() if one["id"] == SHOWN)
    tour = {"report": str(told[SHOWN]), "text": shown["description"]}
    _write(settings.home / TOUR, json.dumps(tour, ensure_ascii=False))
    with store.transaction() as session:
        checkpoints.sign(session, LogKeys.read(settings), now=now)
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
