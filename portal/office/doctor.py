"""`portal doctor`: what an operator should know before trusting an installation; each finding says what to do."""

import shutil
from contextlib import closing
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.errors import (
    BusyError,
    NotCopiedError,
    NotStoredError,
    PolicyError,
    PortalError,
    StartError,
    UnsignedError,
)
from portal.domain.printing_errors import NoFontError, NotPrintedError
from portal.office import checkpoints, claiming, copying, doctor_desks, doctor_post, printing
from portal.office.doctor_desks import Finding
from portal.office.house import House
from portal.office.newest import FAR
from portal.office.newest_file import NAME
from portal.office.opening import open_house
from portal.printing.page import Page
from portal.settings import Settings
from portal.store import migrate, triggers
from portal.store.ledger import LedgerHead
from portal.store.session import Store, open_store

LONG = 3 * FAR  # entries, read at a start: a file is made anew long before
ROOM = 1_000_000_000  # bytes free below which to warn
AHEAD = timedelta(days=120)  # as far as a time limit set today may reach
LACKS = {
    "HEIF": "HEIC stays with the identity, for want of requirements/heic.txt",
    "PDF/CJK": "PDF files that carry no Chinese font are drawn without their text: install fonts-noto-cjk",
}


def examine(settings: Settings, *, now: datetime) -> tuple[Finding, ...]:
    """Run every check; one that cannot run is a failure, and those that build on it are left out."""
    try:
        migrate.check(settings)
        with closing(open_store(settings.database_url)) as store:
            return _examine(settings, store, open_house(settings, store), now)
    except PortalError as error:
        return (Finding("installation", "failure", str(error)),)


def _examine(settings: Settings, store: Store, house: House, now: datetime) -> tuple[Finding, ...]:
    found = [Finding("installation", "ok", f"{house.origin}{' (demonstration)' if house.demo else ''}")]
    with store.reading() as session:
        found += doctor_desks.examine(session, house, now)
        found += _ledger(session, house, now)
        found += _start(session, house)
        found += _triggers(session)
        found.append(doctor_post.examine(session, settings.outgoing, now=now))
    found += _cosigner(house)
    found += [_holidays(house, now), _room(settings), _files(house), scanner(house), copies(), papers()]
    return tuple(found)


def _ledger(session: Session, house: House, now: datetime) -> list[Finding]:
    behind = checkpoints.behind(session)
    try:
        checkpoints.require_signed(session, house, now=now)
    except UnsignedError:
        said = (
            f"{behind} entries wait for a checkpoint and nothing is revealed until they have it; is a signer running?"
        )
        return [Finding("ledger", "warning", said)]
    return [Finding("ledger", "ok", f"{behind} entries wait for a checkpoint")]


def _start(session: Session, house: House) -> list[Finding]:
    """How many entries a process reads when it starts: those that came after the file of the register."""
    if house.newest.file is None:
        return []
    size, kept = session.get_one(LedgerHead, 1).size, house.newest.file.read()
    if kept is not None and kept.seen > size:
        said = f"the database holds fewer entries than the {kept.seen} that this host has read: it was put back"
        return [Finding("start", "warning", f"{said}; find out why, and run `portal audit verify --since`")]
    covered = kept.seen if kept is not None else 0
    said = f"a start reads {size - covered} of {size} entries"
    if size - covered <= LONG:
        return [Finding("start", "ok", said)]
    said += f": {NAME} is not there, or not used; does the signer run, and can PORTAL_HOME be written?"
    return [Finding("start", "warning", said)]


def _triggers(session: Session) -> list[Finding]:
    """The portal drops none, so whoever owns the database did, or a copy was put back without them."""
    gone = triggers.missing(session)
    if not gone:
        return [Finding("triggers", "ok", "the ledger can only grow")]
    said = f"{', '.join(gone)} gone or off: run `portal audit verify --deep`, find out who did it"
    return [Finding("triggers", "failure", said)]


def _cosigner(house: House) -> list[Finding]:
    """A ledger of before there were cosigners, whose upgrade was interrupted."""
    if house.log.cosigners:
        return []
    said = "checkpoints need one signature alone; stop the portal, run `portal audit rotate`, start it"
    return [Finding("cosigner", "warning", said)]


def _holidays(house: House, now: datetime) -> Finding:
    day = (now + AHEAD).astimezone(clocks.SHANGHAI).date()
    try:
        provisional = house.policies.holidays.kind(day).provisional
    except PolicyError as error:
        return Finding("holidays", "failure", str(error))
    if provisional:
        return Finding("holidays", "warning", f"the arrangement of {day.year} is provisional; add the State Council's")
    return Finding("holidays", "ok", f"known to {day}")


def _room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    if free < ROOM:
        return Finding("disk", "warning", f"{free // 1_000_000} MB free at {settings.home}")
    return Finding("disk", "ok", f"{free // 1_000_000_000} GB free")


def scanner(house: House) -> Finding:
    """Whether files are looked at for viruses."""
    if house.scanner is None:
        return Finding("scanner", "ok", "none is set: nobody looks at files for viruses (PORTAL_CLAMD)")
    try:
        return Finding("scanner", "ok", f"answers: {house.scanner.version()}")
    except StartError as error:
        return Finding("scanner", "warning", f"{error}; files are taken all the same, and pages say that nobody looked")


def _files(house: House) -> Finding:
    """Whether files can be taken in, and how many more."""
    try:
        house.blobs.ready()
        claiming.require_ours(house)
        room = house.blobs.room()
    except (StartError, NotStoredError) as error:
        return Finding("files", "failure", str(error))
    if room is None:
        return Finding("files", "ok", "the bucket takes them and gives them back")
    if room < ROOM:
        return Finding("files", "warning", f"room for {room // 1_000_000} MB more, then none are taken")
    return Finding("files", "ok", f"room for {room // 1_000_000_000} GB more")


def copies() -> Finding:
    """Whether copies are made here, and how the child that makes them is confined."""
    try:
        child = copying.probe()
    except NotCopiedError:
        said = "no copies are made of files, which stay with the identity: this system confines no decoder (seccomp)"
        return Finding("copies", "warning", said)
    alone = "in a network of its own" if child.alone else "in this system's network, for it gives no other"
    lacks = "".join(f"; {said}" for form, said in LACKS.items() if form not in child.reads)
    level = "warning" if "PDF/CJK" not in child.reads else "ok"
    return Finding("copies", level, f"the decoder opens nothing and talks to nobody, {alone}{lacks}")


def papers() -> Finding:
    """Whether pages are made into PDFs here."""
    if not printing.is_installed():
        return Finding("papers", "ok", "browsers print them; requirements/pdf.txt would make PDFs of them too")
    try:
        printing.pdf(Page("哨音", "zh-Hans", date(2026, 1, 1), ()))
    except NoFontError:
        return Finding("papers", "warning", "no PDFs are made, for want of a Chinese font: install fonts-noto-cjk")
    except (NotPrintedError, BusyError):
        return Finding("papers", "warning", "no PDFs are made: this system confines no typesetter (seccomp)")
    return Finding("papers", "ok", "PDFs are made by a typesetter that opens nothing and talks to nobody")
