"""Letters between people: sealed when written, never edited, read only with a content key."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError, FormatError
from portal.domain.award_papers import Decision
from portal.domain.errors import LedgerError
from portal.domain.feedback import Feedback
from portal.domain.values import Narrative
from portal.domain.vocabulary import LetterKind, Sender
from portal.office import sealing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import Reader
from portal.office.manifests import Manifest
from portal.office.recording import Draft
from portal.office.sealing import Content
from portal.office.sheets import FileSheet, LetterSheet
from portal.store.driving import Question, each
from portal.store.reports import Letter

log = logging.getLogger("portal.letters")
_LETTERS = select(Letter).where(Letter.report_id == bindparam("report")).order_by(Letter.position)
UNHEARD = (LetterKind.NOTE, LetterKind.STATEMENT)  # what the office writes that asks nothing about the report
AWARDED = frozenset({LetterKind.AWARD, LetterKind.CONTEST})


class Sealable(Protocol):
    """What a letter can say."""

    def as_bytes(self) -> bytes:
        """The form that is sealed."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter after the first says: words, and fields of the narrative that are told anew."""

    text: str
    changes: Mapping[str, str] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        said = {"v": 1, "text": self.text, "changes": dict(self.changes)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def of(cls, data: bytes) -> "Text":
        """Read it back; raises FormatError."""
        try:
            said = json.loads(data)
            return cls(str(said["text"]), {str(k): str(v) for k, v in said["changes"].items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormatError("a letter of an unknown form") from error


def add(
    house: House,
    batch: Batch,
    draft: Draft,
    content: Content,
    *,
    report_id: UUID,
    kind: LetterKind,
    sender: Sender,
    position: int,
    sent_at: datetime,
    body: bytes,
    disclosure_id: UUID | None = None,
) -> UUID:
    """Seal a letter into a batch; a statement names the request it is about."""
    letter_id = batch.new_id()
    return batch.add(
        draft,
        Letter,
        letter_id,
        report_id=report_id,
        content_key_id=content.id,
        disclosure_id=disclosure_id,
        kind=kind,
        sender=sender,
        position=position,
        sent_at=sent_at,
        served_at=None,
        body=sealing.seal_text(house, content, "letters", letter_id, "body", body),
    )


def next_position(session: Session, report_id: UUID) -> int:
    """The place of the next letter; two writers at once meet the UNIQUE constraint."""
    last = session.execute(select(func.max(Letter.position)).where(Letter.report_id == report_id)).scalar_one()
    return (last if last is not None else -1) + 1


def of_report(session: Session, report_id: UUID) -> list[Letter]:
    """A report's letters, oldest first."""
    return each(session, _LETTERS, report=report_id)


def looks(report_id: UUID) -> Question:
    """What `of_report` asks."""
    return _LETTERS, {"report": report_id}


def for_handlers(session: Session, report_id: UUID) -> list[Letter]:
    """The same for those who work on its case: what the award desk and the reporter say to each other is none of it."""
    return [one for one in of_report(session, report_id) if one.kind not in AWARDED]


def unseal(house: House, content: Content, letter: Letter) -> bytes:
    """The bytes of a letter."""
    return sealing.unseal_text(house, content, "letters", letter.id, "body", letter.body)


def narrative(house: House, contents: Mapping[UUID, Content], first: Letter) -> Narrative:
    """What a report says. Raises LedgerError when it does not open: there is nothing to show then."""
    try:
        return sealing.narrative_of(unseal(house, contents[first.content_key_id], first))
    except (KeyError, CryptoError) as error:
        raise LedgerError("the report does not open for whoever was given it") from error


def read(house: House, contents: Mapping[UUID, Content], letter: Letter) -> LetterSheet:
    """A letter as a page shows it; one that does not open is shown as broken, and hides none of the others."""
    try:
        body = unseal(house, contents[letter.content_key_id], letter)
        if letter.kind is LetterKind.FILE:
            return _sheet(letter, Text(""), file=file_sheet(Manifest.of(body)))
        if letter.kind is LetterKind.FEEDBACK:
            return _sheet(letter, Text(""), feedback=Feedback.of(body))
        if letter.kind is LetterKind.AWARD:
            return _sheet(letter, Text(Decision.of(body).words))
        return _sheet(letter, Text.of(body))
    except (KeyError, CryptoError) as error:
        log.critical("letter %s does not open: %s", letter.id, type(error).__name__)
        return _sheet(letter, Text(""), broken=True)


def manifest(house: House, contents: Mapping[UUID, Content], letter: Letter) -> Manifest:
    """What opens the file that a letter tells of. Raises LedgerError when the letter does not open."""
    try:
        return Manifest.of(unseal(house, contents[letter.content_key_id], letter))
    except (KeyError, CryptoError) as error:
        raise LedgerError("the letter of a file does not open for whoever was given it") from error


def manifests(session: Session, house: House, reader: Reader, report_id: UUID) -> tuple[Manifest, ...]:
    """What opens a report's files, for whoever reads it; a letter that does not open hides none of the others."""
    wanted = select(Letter).where(Letter.report_id == report_id, Letter.kind == LetterKind.FILE)
    rows = session.scalars(wanted.order_by(Letter.position)).all()
    contents = reader.open_sound(session, house, {one.content_key_id for one in rows})
    found: list[Manifest] = []
    for one in rows:
        try:
            found.append(manifest(house, contents, one))
        except LedgerError:
            log.critical("letter %s, of a file, does not open", one.id)
    return tuple(found)


def file_sheet(said: Manifest) -> FileSheet:
    """What a page says of a file: never what opens it."""
    return FileSheet(
        number=said.number,
        kind=said.kind,
        media=said.media,
        length=said.length,
        fate=said.fate,
        scan=said.scan,
        found=said.found,
        why=said.why,
        removed=said.removed,
        caption=said.caption,
        pictures=len(said.pictures),
        copied=said.copy is not None,
    )


def _sheet(
    letter: Letter,
    text: Text,
    *,
    broken: bool = False,
    file: FileSheet | None = None,
    feedback: Feedback | None = None,
) -> LetterSheet:
    """A description told anew reads like one."""
    return LetterSheet(
        id=letter.id,
        kind=letter.kind,
        sender=letter.sender,
        sent_at=letter.sent_at,
        hour_only=letter.sender is Sender.REPORTER,
        text=text.text or text.changes.get("description", ""),
        changes=text.changes,
        served_at=letter.served_at,
        request_id=letter.disclosure_id,
        broken=broken,
        file=file,
        feedback=feedback,
    )


def asked_at(session: Session, report_id: UUID) -> datetime | None:
    """Since when a letter of the office waits for its reporter's answer; None where none does.

    By position: of a reporter's letters the hour alone is known.
    """
    mine = Letter.report_id == report_id
    last_said = select(func.max(Letter.position)).where(mine, Letter.sender == Sender.REPORTER).scalar_subquery()
    asked = select(Letter.sent_at).where(mine, Letter.sender == Sender.OFFICE, Letter.kind.not_in(UNHEARD))
    return session.scalars(asked.where(Letter.position > last_said).order_by(Letter.position).limit(1)).first()
