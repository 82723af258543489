"""What becomes of the files of one sending, one by one: the same for reporters and for officers.

Each stands for itself: one that is bad costs no other, and never the report.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from crypto.keys import SecretKey
from portal.domain.errors import (
    EnoughError,
    FlawedFileError,
    NoRoomError,
    NotStoredError,
    PortalError,
    SentAlreadyError,
    StaleError,
    UncertifiedKeyError,
    UnfitFileError,
)
from portal.domain.evidence import Flaw, Place
from portal.domain.files import Held
from portal.office import evidence, letters, sealed_files
from portal.office.copying import Quota
from portal.office.evidence import Added, Taken
from portal.office.sealed_files import Sealing
from portal.office.sheets import FileSheet
from portal.web import errors, uploads
from portal.web.forms import SendingForm
from portal.web.requests import house, reading, transaction
from portal.web.uploads import Incoming

Form = TypeVar("Form", bound=SendingForm)
TRIES = 2  # the report may be handed on, or others send, while a file is being sealed; then nobody else is let in


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of a sending."""

    position: int  # in the sending, from 1
    flaw: StrEnum | None = None
    file: FileSheet | None = None
    place: Place | None = None


def unseen(refusal: FlawedFileError) -> tuple[tuple[Outcome, ...], int, dict[str, str]]:
    """What a page says of a sending of which nothing was looked at, with which status and headers."""
    crowded = refusal.flaw is Flaw.CROWDED
    return (Outcome(1, refusal.flaw),), 503 if crowded else 413, {"Retry-After": str(errors.BUSY)} if crowded else {}


@dataclass(frozen=True, slots=True)
class Sending:
    """What somebody says of the files they send, and how each is sealed into the report."""

    caption: str
    harmless: bool
    prepare: Callable[[Session, Taken], Added]
    add: Callable[[Session, Added], None]
    own: SecretKey | None = None  # the reporter's: by which the same file is known again
    known: Collection[bytes] = ()  # the marks of those that are there
    quota: Quota | None = None  # of the decoder's time


@dataclass(frozen=True, slots=True)
class Received(Generic[Form]):
    """What came of a request with files, for the page that says so."""

    form: Form | None  # as it was left, where something in it has to be put right
    outcomes: tuple[Outcome, ...] = ()
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every file was taken, and there was one."""
        return bool(self.outcomes) and all(one.file for one in self.outcomes)


def receive(there: Held, kind: type[Form], sending: Callable[[Form], Sending]) -> Received[Form]:
    """Take the files of this request, as many as there is room for; each stands for itself."""
    try:
        incoming = uploads.receive(house(), places=there.places, room=there.room())
    except FlawedFileError as refusal:
        outcomes, status, headers = unseen(refusal)
        return Received(None, outcomes, status, headers)
    form, files = kind(), list(incoming)
    valid = form.validate()
    if not files:
        form.refuse_none()
    elif not valid:
        form.tell_lost()
    if not (valid and files):
        return Received(form)
    found = tuple(store(sending(form), files))
    return Received(None, found, HTTPStatus.OK if any(one.file for one in found) else HTTPStatus.UNPROCESSABLE_ENTITY)


def store(sending: Sending, files: Iterable[Incoming]) -> Iterator[Outcome]:
    """Store the files of a sending with what is made of each."""
    for position, one in enumerate(files, start=1):
        yield Outcome(position, one.flaw) if one.flaw is not None else take(sending, one.sealing(), position)


def take(sending: Sending, arrived: Sealing, position: int = 1) -> Outcome:
    """Store one file that has come to its end, with what is made of it."""
    try:
        taken = evidence.take(
            house(),
            arrived,
            harmless=sending.harmless,
            caption=sending.caption,
            own=sending.own,
            known=sending.known,
            quota=sending.quota,
        )
    except UnfitFileError as refusal:
        return Outcome(position, refusal.why)
    except SentAlreadyError:
        return Outcome(position, Flaw.TWICE)
    except NoRoomError:
        return Outcome(position, Flaw.NO_ROOM)
    except NotStoredError:
        return Outcome(position, Flaw.NOT_STORED)
    try:
        flaw, file = _add(sending, taken)
    except PortalError:
        sealed_files.discard(house(), *taken.blobs)
        raise
    if flaw is not None and flaw is not Flaw.NOT_STORED:
        sealed_files.discard(house(), *taken.blobs)
    return Outcome(position, flaw, file, taken.place if file else None)


def _add(sending: Sending, taken: Taken) -> tuple[Flaw | None, FileSheet | None]:
    """Seal and store what tells of a file; anew when something came in between, and at last in one go.

    Sealing is done before the writing begins, so that others need not wait for it. Whoever meets the same neighbours
    again and again does both while the report is held, for nothing comes in between then.

    Where the database failed its rows may be there all the same, for a connection can break while it says so: the file
    stays then, and is collected if no row names it.
    """
    for one in range(TRIES + 1):
        try:
            added = _stored(sending, taken, held=one == TRIES)
        except SentAlreadyError:
            return Flaw.TWICE, None
        except EnoughError:
            return Flaw.TOO_MANY, None
        except FlawedFileError as refusal:
            return refusal.flaw, None
        except NotStoredError:
            break
        except (StaleError, UncertifiedKeyError):
            continue
        return None, letters.file_sheet(added.manifest)
    return Flaw.NOT_STORED, None


def _stored(sending: Sending, taken: Taken, *, held: bool) -> Added:
    """Seal it and store it, `held` in one transaction."""
    if held:
        with transaction() as session:
            added = sending.prepare(session, taken)
            sending.add(session, added)
        return added
    with reading() as session:
        added = sending.prepare(session, taken)
    with transaction() as session:
        sending.add(session, added)
    return added
