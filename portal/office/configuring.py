"""How the portal was started: which settings differ from the last start of such a host, as digests by name.

What a setting says is in no entry; its digest is keyed with the installation's secret, so that nobody can try values.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.primitives import mac
from portal.domain.audit import SYSTEM
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.settings import Settings
from portal.store.ledger import Entry

CONFIGURED = "configured"


def enter(session: Session, house: House, settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """Record the settings of this start where they are others than at the last; returns which."""
    areas, told, about = sorted(settings.areas), _digests(house, settings), UUID(bytes=house.installation)
    before = _last(session, about, areas)
    changed = sorted(name for name in told.keys() | before.keys() if told.get(name) != before.get(name))
    if changed:
        facts = {"areas": areas, "settings": told, "changed": changed}
        record(session, house.entry_key, Draft(CONFIGURED, now, SYSTEM, ("installation", about), facts))
    return tuple(changed)


def _last(session: Session, about: UUID, areas: list[str]) -> Mapping[str, str]:
    """What the last start of a host with these areas said; nothing before the first."""
    wanted = select(Entry.opening).where(Entry.object_id == about, Entry.event == CONFIGURED)
    for opening in session.scalars(wanted.order_by(Entry.index.desc())):
        facts = json.loads(opening)["facts"] if opening else {}
        if facts.get("areas") == areas:
            told: Mapping[str, str] = facts["settings"]
            return told
    return {}


def _digests(house: House, settings: Settings) -> dict[str, str]:
    return {name: mac(house.secret, b"setting", name.encode(), value.encode()).hex() for name, value in _said(settings)}


def _said(settings: Settings) -> list[tuple[str, str]]:
    """What is compared: no key, no password; of a token whether there is one."""
    urls = {
        "database": settings.database_url,
        "blobs": settings.blob_url,
        "limits": settings.limits_url,
        "mail": settings.mail.place if settings.mail else "",
        "alarm": settings.alarm.url if settings.alarm else "",
        "public_url": settings.public_url,
    }
    plain = {
        "clamd": settings.clamd or "",
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "threads": settings.threads,
        "signer": settings.signer_in_run,
        "trusted_proxies": sorted(map(str, settings.trusted_proxies)),
        "mail_hour": settings.mail_hour,
        "alarm_secret": settings.alarm is not None,
        "metrics_token": settings.metrics_token is not None,
        "log_format": settings.log_format,
    }
    keys = ("root_key", "pepper", "log_key", "promise_key", "entry_keys")
    paths = {name: getattr(settings, name) for name in keys}
    return sorted([*((name, _place(url)) for name, url in urls.items()), *_texts(plain), *_texts(paths)])


def _texts(values: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in values.items()]


def _place(url: str) -> str:
    """Where an address leads, without who goes there and with which password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
