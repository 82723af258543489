"""What reports tell, as the index takes it: unsealed in a session that reads them, many at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.index import squeeze
from portal.domain.errors import LedgerError
from portal.domain.likeness import Field
from portal.domain.values import Narrative
from portal.domain.vocabulary import LetterKind, Sender
from portal.office import letters, sealing
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.sealing import Content
from portal.office.sheets import LetterSheet
from portal.store.cases import Case
from portal.store.driving import asked
from portal.store.reports import Letter, Report

Contents = Mapping[UUID, Content]
_CASES = select(Case).where(Case.id.in_(bindparam("cases", expanding=True)))
_REPORTS = (
    select(Report.case_id, Report.id)
    .where(Report.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(Report.arrived_at.desc(), Report.id.desc())
)
_LETTERS = (
    select(Letter)
    .where(Letter.report_id.in_(bindparam("reports", expanding=True)))
    .order_by(Letter.report_id, Letter.position)
)
_SAID = frozenset({LetterKind.ADDITION, LetterKind.MESSAGE})
_YES = str(True)  # as a letter that tells an answer anew has it


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """Of one case: all words that can be searched for, squeezed; what is compared; whether it never may be."""

    words: str
    fields: Mapping[Field, str]
    private: bool


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """What cases tell, and the content keys that were opened for it."""

    told: Mapping[UUID, Told]
    contents: Contents


def of(session: Session, house: House, ring: Keyring, case_ids: Collection[UUID]) -> Reading:
    """What each case tells; one that does not open for this officer, or was damaged, is left out."""
    reports = _reports(session, case_ids)
    by_report = _letters(session, reports.values())
    cases = session.scalars(_CASES, {"cases": [*reports]}).all()
    wanted = {row.content_key_id for rows in by_report.values() for row in rows} | {one.line_key_id for one in cases}
    contents = ring.open_sound(session, house, wanted)
    found: dict[UUID, Told] = {}
    for case in cases:
        try:
            found[case.id] = _told(house, contents, case, by_report.get(reports[case.id], []))
        except LedgerError:  # nothing of it opens here
            continue
    return Reading(found, contents)


def _reports(session: Session, case_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Case → its report, the first of several."""
    rows = asked(session, _REPORTS, cases=[*case_ids]) if case_ids else []
    return dict(rows)  # the last of a case, which is its first, stays


def _letters(session: Session, reports: Iterable[UUID]) -> dict[UUID, list[Letter]]:
    rows = session.scalars(_LETTERS, {"reports": [*reports]})
    return {report_id: list(some) for report_id, some in groupby(rows, key=lambda row: row.report_id)}


def _told(house: House, contents: Contents, case: Case, rows: list[Letter]) -> Told:
    if not rows:
        raise LedgerError("a report has no letter")
    first, *rest = rows
    narrative = letters.narrative(house, contents, first)
    since = [letters.read(house, contents, row) for row in rest if row.content_key_id in contents]
    texts = [case.number or "", _line(house, contents, case), narrative.respondent, narrative.place]
    texts += [narrative.description, *(text for one in since for text in _texts(one))]
    return Told(
        words=squeeze("\n".join(texts)),
        fields=compared(narrative, since),
        private=house.policies.categories.kinds[narrative.category].misconduct
        or upwards(narrative, (one.changes for one in since)),
    )


def compared(narrative: Narrative, since: Iterable[LetterSheet]) -> Mapping[Field, str]:
    """Whom a report is about and where, as it was told last."""
    said = {"respondent": narrative.respondent, "place": narrative.place}
    for one in since:
        said |= {name: one.changes[name] for name in said if name in one.changes}
    return {Field.UNIT: said["respondent"], Field.PLACE: said["place"]}


def upwards(narrative: Narrative, told: Iterable[Mapping[str, str]]) -> bool:
    """Whether the reporter kept the local office out of it, in the report or in anything told anew."""
    return (
        narrative.concerns_office
        or narrative.superior
        or any(_YES in {changes.get("concerns_office"), changes.get("superior")} for changes in told)
    )


def _texts(one: LetterSheet) -> Iterable[str]:
    """What the reporter adds; what the office writes is found by its case."""
    if one.kind in _SAID and one.sender is Sender.REPORTER:
        yield one.text
        yield from (one.changes[name] for name in ("respondent", "place") if name in one.changes)


def _line(house: House, contents: Contents, case: Case) -> str:
    """The 案由; before acceptance it says what the report says."""
    content = contents.get(case.line_key_id)
    if case.number is None or content is None:
        return ""
    try:
        return sealing.unseal_text(house, content, "cases", case.id, "line", case.line).decode()
    except CryptoError:
        return ""
