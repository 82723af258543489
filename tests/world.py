"""The world of the tests: an installation with the cast, real ciphers, a real database; made once, copied per test.

Zhou 周 reports, Lin 林 takes in, Chen 陈 verifies, Gao 高 leads, He 何 is custodian, Song 宋 approves rewards, Qian 钱
pays, Shen 沈 audits, Guan 管 and Cui 崔 administer, all in 长春; Qin 秦 takes in at 四平 and must see nothing; province
and discipline are staffed.
"""

import base64
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from crypto.keys import OfficerKeys, PublicKey, SigningKey
from crypto.primitives import random_bytes
from portal.app import create_app, open_portal
from portal.domain import clocks
from portal.domain.replay_entries import Difference
from portal.domain.vocabulary import Duty
from portal.office import (
    checkpoints,
    founding,
    keyring,
    match_keys,
    replaying,
    sessions,
    signing_in,
    ticking,
    verifying,
)
from portal.office.checkpoints import LogKeys
from portal.office.founding import Founder
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import EntryKey
from portal.policy.loader import load_policies
from portal.settings import Settings, read_key, read_keys, write_key
from portal.store import migrate
from portal.store.ledger import Entry
from portal.store.officers import Officer
from portal.store.session import Store, open_store
from portal.web.requests import OFFICE_COOKIE, Portal
from tests import warm
from tests.postgres import Postgres
from tests.visitor import Visitor

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # Monday, noon in Changchun
ORIGIN = "test.invalid/ledger"
PASSWORD = "correct-horse-battery-staple"

SEATS: Mapping[str, tuple[tuple[str, Duty], ...]] = {
    "office-220100": (
        ("lin", Duty.INTAKE),
        ("chen", Duty.INVESTIGATE),
        ("gao", Duty.LEAD),
        ("he", Duty.CUSTODY),
        ("song", Duty.AWARD),
        ("qian", Duty.PAYOUT),
        ("shen", Duty.AUDIT),
        ("guan", Duty.ADMINISTER),
        ("cui", Duty.ADMINISTER),
    ),
    "office-220300": (("qin", Duty.INTAKE), ("qin-lead", Duty.LEAD), ("qin-custody", Duty.CUSTODY)),
    "office-220000": (
        ("sheng", Duty.INTAKE),
        ("sheng-lead", Duty.LEAD),
        ("sheng-custody", Duty.CUSTODY),
        ("sheng-guan", Duty.ADMINISTER),
        ("sheng-cui", Duty.ADMINISTER),
    ),
    "discipline-220000": (("ji", Duty.INTAKE), ("ji-lead", Duty.LEAD), ("ji-custody", Duty.CUSTODY)),
}


@dataclass
class Clock:
    """The time, which tests move."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class Member:
    """One of the cast."""

    officer_id: UUID
    keys: OfficerKeys = field(repr=False)

    def code(self, at: datetime) -> str:
        return str(pyotp.TOTP(_base32(self.keys.otp)).at(at))


@dataclass
class Template:
    """What is made once per test process."""

    home: Path
    cast: Mapping[str, Member]
    root: SigningKey = field(repr=False)
    server: Postgres | None = None  # SQLite lies in the home
    database: str = ""
    known: House | None = field(default=None, repr=False)  # what its copies have read before they begin

    def environ(self) -> dict[str, str]:
        """Where a copy's database is, made now."""
        return {"PORTAL_DATABASE_URL": self.server.url(self.server.make(self.database))} if self.server else {}


def build(home: Path, server: Postgres | None = None) -> Template:
    """Make the installation at full cost, through the code that makes real ones."""
    database = server.make() if server else ""
    environ = {"PORTAL_DATABASE_URL": server.url(database)} if server else {}
    settings = Settings.found({"PORTAL_HOME": str(home), **environ})
    root = SigningKey.generate()
    write_key(settings.root_key, root.public.raw, mode=0o644)
    store = migrate.create(settings.database_url)
    with store.transaction() as session:
        founder = Founder(
            session=session,
            installation=random_bytes(16),
            root=root,
            entry_key=EntryKey(read_keys(settings.entry_keys)[0]),
            pepper=read_key(settings.pepper),
            now=NOON - timedelta(days=30),
        )
        founding.found(founder, name="测试", origin=ORIGIN, demo=False)
        promise, log = (SigningKey(read_key(path)) for path in (settings.promise_key, settings.log_key))
        founding.certify_service_keys(founder, promise=promise.public, log=log)
        cast = _cast(founder)
        match_keys.found(founder)
    store.close()
    return Template(home, cast, root, server, database, _read(settings))


def _read(settings: Settings) -> House:
    """A portal that has read what there is: entries, offices, the certificates of the desks."""
    portal = open_portal(settings, Clock())
    directories = portal.house.directories
    with portal.store.reading() as session:
        directories.keys(session, directories.read(session, today=clocks.day_of(NOON)).places)
    portal.store.close()
    return portal.house


def _cast(founder: Founder) -> dict[str, Member]:
    ids = founding.add_authorities(founder, load_policies().authorities)
    cast: dict[str, Member] = {}
    for code, seats in SEATS.items():
        desks: dict[Duty, dict[UUID, PublicKey]] = {}
        for username, duty in seats:
            officer_id, keys = founding.enrol(founder, ids[code], username, PASSWORD)
            cast[username] = Member(officer_id, keys)
            desks.setdefault(duty, {})[officer_id] = keys.secret.public
        for duty, seated in desks.items():
            founding.open_desk(founder, ids[code], duty, seated)
    return cast


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


@dataclass
class World:
    """One test's own copy."""

    home: Path
    cast: Mapping[str, Member]
    clock: Clock
    settings: Settings
    portal: Portal
    root: SigningKey = field(repr=False)  # a real one goes off-line
    server: Postgres | None = None
    served: Flask | None = field(default=None, repr=False)  # made when somebody comes to its pages

    @classmethod
    def copy(cls, template: Template, home: Path, *, cold: bool = False, **environ: str) -> "World":
        """`cold`: its portal was just started, as one with settings of its own is; others have run for a while."""
        shutil.copytree(template.home, home)
        clock = Clock()
        settings = Settings.from_environ({"PORTAL_HOME": str(home), **template.environ(), **environ})
        if template.known is None or cold or environ:
            portal = open_portal(settings, clock)
        else:
            portal = Portal(open_store(settings.database_url), warm.house(template.known, settings), clock)
        return cls(home, template.cast, clock, settings, portal, template.root, template.server)

    @property
    def app(self) -> Flask:
        if self.served is None:
            self.app = create_app(self.settings, clock=self.clock, opened=self.portal)
        return self.served

    @app.setter
    def app(self, app: Flask) -> None:
        app.extensions["portal.limits"].limiter.storage.clock = lambda: self.clock().timestamp()
        self.served, self.portal = app, app.extensions["portal"]

    @property
    def store(self) -> Store:
        return self.portal.store

    @property
    def house(self) -> House:
        return self.portal.house

    def keep(self, template: Template) -> Template:
        """End it, and let tests copy it as it is now."""
        self.store.close()
        return replace(template, home=self.home, database=self.database, known=self.house)

    def close(self) -> None:
        self.store.close()
        if self.server is not None:
            self.server.drop(self.database)

    @property
    def database(self) -> str:
        """The name of its database on the server."""
        return make_url(self.settings.database_url).database or ""

    def visitor(self) -> Visitor:
        """Somebody with a browser of their own."""
        return Visitor(self, self.app.test_client())

    def officer(self, username: str) -> Visitor:
        """An officer who has signed in: the session is opened by what sign-in calls after the KDF."""
        member, visitor = self.cast[username], self.visitor()
        with self.store.transaction() as session:
            token = sessions.open_officer(session, self.house, member.officer_id, member.keys, now=self.clock())
        visitor.client.set_cookie(OFFICE_COOKIE, str(token), domain="localhost", secure=True)
        return visitor

    def ring(self, username: str) -> Keyring:
        """What an officer's own key opens."""
        member = self.cast[username]
        with self.store.reading() as session:
            return keyring.load(session, self.house, member.officer_id, member.keys.secret)

    def founder(self, session: Any) -> Founder:
        """Whoever has the root key at hand."""
        return Founder(session, self.house.installation, self.root, self.house.entry_key, b"", self.clock())

    def invite(self, username: str) -> str:
        """Somebody is to enrol in 长春; gives their code."""
        with self.store.transaction() as session:
            lin = session.get_one(Officer, self.cast["lin"].officer_id)
            expires = self.clock() + timedelta(hours=72)
            return str(founding.invite(self.founder(session), lin.authority_id, username, expires_at=expires)[2])

    def actor(self, username: str) -> Any:
        with self.store.reading() as session:
            return signing_in.actor_of(session, session.get_one(Officer, self.cast[username].officer_id))

    def sign(self) -> None:
        """What the signer does every second."""
        with self.store.transaction() as session:
            checkpoints.sign(session, LogKeys.read(self.settings), now=self.clock())

    def tick(self) -> None:
        """What `portal tick` does."""
        with self.store.transaction() as session:
            ticking.tick(session, self.house, now=self.clock())

    def verify(self, *, deep: bool = True, replayed: bool = True) -> verifying.Verdict:
        """`portal audit verify --deep`; raises LedgerError. What verifies replays: nothing here left a rule out."""
        blobs = self.house.blobs if deep else None
        verdict = verifying.verify(self.store, verifying.Keys.read(self.settings), deep=blobs)
        assert not replayed or self.replay() == (), self.replay()
        return verdict

    def replay(self) -> tuple[Difference, ...]:
        """`portal audit replay`: the steps that were not legal."""
        return replaying.replay(self.store).differences

    def events(self) -> list[str]:
        """The names of all ledger entries after the founding ones."""
        return [entry["event"] for entry in self.entries()]

    def entries(self) -> list[dict[str, Any]]:
        """The openings of all ledger entries after the founding ones."""
        with self.store.reading() as session:
            openings = session.scalars(select(Entry.opening).order_by(Entry.index)).all()
        founding_events = {"founded", "authority_added", "key_certified", "desk_opened", "officer_enrolled", "seated"}
        founding_events |= {"match_key_drawn"}
        said = [json.loads(opening) for opening in openings if opening]
        return [one for one in said if one["event"] not in founding_events or one["actor"]["kind"] != "system"]
