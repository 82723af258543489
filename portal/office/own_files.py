"""A reporter's files: handed in with the mailbox open, and what has become of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import lifecycle, proofs
from portal.domain.audit import REPORTER, hour_of
from portal.domain.errors import SentAlreadyError, StrangerError
from portal.domain.evidence import ANOTHER_TIME, Fate, fate_without_copy
from portal.domain.vocabulary import LetterKind, Sender
from portal.office import evidence, file_rows, hearing, letters, writing
from portal.office.evidence import Added, Taken
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.manifests import Manifest
from portal.office.recording import Draft
from portal.office.sealing import Content
from portal.office.sheets import FileProof, FilesSheet
from portal.store.ledger import Entry
from portal.store.reports import Letter, Report

REPLACED = "code_replaced"  # files from before are known under the code of then alone


def sheet(session: Session, house: House, reporter: ReporterKey) -> FilesSheet:
    """The files of the report, and room for more."""
    report = session.get_one(Report, reporter.report_id)
    rows = _letters(session, reporter)
    contents = reporter.open_sound(session, house, {one.content_key_id for one in rows})
    read = file_rows.told_gone(session, report.id, [letters.read(house, contents, one) for one in rows])
    whole = {one.id for one in read if not one.broken and one.sender is Sender.REPORTER}
    own = [one for one in rows if one.id in whole]
    return FilesSheet(
        report_state=report.state,
        letters=read,
        held=file_rows.held(session, house, report.id),
        proofs=dict(_proofs(session, house, reporter, own, contents)),
    )


def _proofs(
    session: Session, house: House, reporter: ReporterKey, own: Sequence[Letter], contents: Mapping[UUID, Content]
) -> Iterator[tuple[UUID, FileProof]]:
    """The entry of each of the reporter's own files, and the number that the code in use now gives for it."""
    replaced = select(func.coalesce(func.max(Entry.index), -1)).where(
        Entry.object_id == reporter.report_id, Entry.event == REPLACED
    )
    since = session.execute(replaced).scalar_one()
    wanted = select(Letter.id, Entry.index).join(Entry, Entry.id == Letter.entry_id)
    found = session.execute(wanted.where(Letter.id.in_([one.id for one in own])))
    entries: dict[UUID, int] = {letter_id: index for letter_id, index in found}  # noqa: C416 — rows, not pairs
    for one in own:
        mark, index = letters.manifest(house, contents, one).mark, entries[one.id]
        number = proofs.file_nonce(reporter.secret.seed, mark).hex() if index > since else ""
        yield one.id, FileProof(index, number)


def manifest(session: Session, house: House, reporter: ReporterKey, number: int) -> Manifest:
    """What opens what the office may see of the nth file. Raises StrangerError when there is none."""
    found = (one for one in letters.manifests(session, house, reporter, reporter.report_id) if one.number == number)
    one = next(found, None)
    if one is None or number not in file_rows.lying(session, reporter.report_id):
        raise StrangerError("no such file")
    return one


def marks(session: Session, house: House, reporter: ReporterKey, *, harmless: bool) -> frozenset[bytes]:
    """By what the reporter's key knows the files of which nothing else could become, were they sent again.

    `harmless`: they are said to show nobody.
    """
    told = letters.manifests(session, house, reporter, reporter.report_id)
    return frozenset(one.mark for one in told if one.mark and not _may_change(one, harmless=harmless))


def _may_change(there: Manifest, *, harmless: bool) -> bool:
    if there.fate is not Fate.KEPT or there.why is None:
        return False
    return there.why in ANOTHER_TIME or fate_without_copy(there.kind, there.why, harmless=harmless) is Fate.AS_IS


def prepare(session: Session, house: House, reporter: ReporterKey, taken: Taken, *, now: datetime) -> Added:
    """Seal what tells of a file; in a session that writes, nobody else stores one meanwhile.

    Raises IllegalTransitionError when the report was withdrawn, EnoughError when it has as many as it may have, and
    SentAlreadyError for a file that the reporter has handed in before.
    """
    report, _ = hearing.lock_both(session, reporter.report_id)
    lifecycle.require_standing(report.state)
    if any(_again(one, taken.manifest) for one in letters.manifests(session, house, reporter, reporter.report_id)):
        raise SentAlreadyError("the same file")
    authority_id = writing.authority_of(session, report)
    draft = Draft(evidence.ADDED, hour_of(now), REPORTER, ("reports", report.id), authority_id=authority_id)
    return evidence.prepare(session, house, report, reporter, draft, taken, sender=Sender.REPORTER, now=now)


def _again(there: Manifest, come: Manifest) -> bool:
    """Whether it is the same file; one that stays apart may come once more, to be looked at or copied."""
    opened = there.fate is Fate.KEPT and come.fate is not Fate.KEPT
    turned = (
        there.why in ANOTHER_TIME and come.why not in ANOTHER_TIME
    )  # it takes a place: the decoder has worked for it
    return there.mark == come.mark and not (opened or turned)


def send(session: Session, house: House, reporter: ReporterKey, added: Added, *, now: datetime) -> None:
    """Store it; it is heard as a letter is, and brings a report back of which more was asked.

    Raises IllegalTransitionError when the report was withdrawn meanwhile, StaleError when it was handed on.
    """
    report, case = hearing.lock_both(session, reporter.report_id)
    lifecycle.require_standing(report.state)
    evidence.require_current(session, house, report, added)
    (letter,) = added.prepared.drafts
    writing.store(session, house, replace(added.prepared, drafts=hearing.hear(case, letter, now=now)))


def _letters(session: Session, reporter: ReporterKey) -> list[Letter]:
    wanted = select(Letter).where(Letter.report_id == reporter.report_id, Letter.kind == LetterKind.FILE)
    return list(session.scalars(wanted.order_by(Letter.position)))
