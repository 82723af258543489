"""Whether an edition may be adopted beside those that are there, which it follows on, and what differs.

* A name is taken once within its kind, and a day once: which of two counts is never a question. Of holiday arrangements
  for one year the one that came last counts, from its day on.
* It takes effect tomorrow or later, so that nobody is judged by a rule that came after. A holiday arrangement that
  takes the place of provisional days, or is the first for its year, may count at once.
* What is provisional never takes the place of what was announced.
* It must fit the other editions that are in force on its day, and hold the codes that the program itself uses.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.errors import EditionError, PolicyError
from portal.domain.vocabulary import EditionKind, IdentityField
from portal.policy.editions import HolidayYear
from portal.policy.loader import Volume, assemble, holiday_table, in_force, read_volume
from portal.policy.reason_lists import FieldScope, ReasonEdition, Told

ADOPTABLE = (EditionKind.HOLIDAYS, EditionKind.REASONS, EditionKind.REWARDS)
NAME = re.compile("[a-z0-9][a-z0-9.-]{0,59}")
AROUND = 2  # lines shown around one that differs


class Flaw(StrEnum):
    """Why an edition cannot be adopted."""

    UNREADABLE = "unreadable"  # the loader refuses it; `named` is what it says
    UNFIT = "unfit"  # it does not go with the other editions; `named` is what does not
    BAD_NAME = "bad_name"  # no code that entries and addresses can carry
    NAME_TAKEN = "name_taken"
    DAY_TAKEN = "day_taken"  # another takes effect that day
    TOO_EARLY = "too_early"
    PROVISIONAL = "provisional"  # what was announced is there already
    GAP = "gap"  # the year before has no arrangement
    LACKS_DAY = "lacks_day"  # a statutory day that the provisional table has
    LACKS = "lacks"  # a code that the program itself uses


class Standing(StrEnum):
    """Where an edition stands on a day."""

    IN_FORCE = "in_force"  # 现行
    COMING = "coming"  # 将要生效
    EARLIER = "earlier"  # 已被代替
    UNCONFIRMED = "unconfirmed"  # 待确认: nobody has read its text


def read(kind: EditionKind, text: str) -> Volume:
    """Read what was given. Raises EditionError with what the loader says."""
    if kind not in ADOPTABLE:
        raise EditionError(Flaw.UNFIT, f"{kind} are not adopted while the portal runs")
    try:
        volume = read_volume(kind, text.encode())
    except PolicyError as error:
        raise EditionError(Flaw.UNREADABLE, str(error)) from None
    if not NAME.fullmatch(volume.heading.edition):
        raise EditionError(Flaw.BAD_NAME)
    return volume


def require_adoptable(
    volumes: Iterable[Volume], new: Volume, *, today: date, codes: Mapping[str, Collection[IdentityField]]
) -> None:
    """Raise EditionError unless this edition may be adopted today.

    `codes`: the reasons that the program itself uses, with the fields that it compares.
    """
    there = [one for one in volumes if one.kind is new.kind]
    if any(one.heading.edition == new.heading.edition for one in there):
        raise EditionError(Flaw.NAME_TAKEN, new.heading.edition)
    if isinstance(new.edition, ReasonEdition):
        missing = sorted(code for code, fields in codes.items() if not _usable(new.edition, code, fields))
        if missing:
            raise EditionError(Flaw.LACKS, ", ".join(missing))
    if isinstance(new.edition, HolidayYear):
        _require_year(_years(there), new.edition, today)
    else:
        _require_day(there, new.heading.effective, today)
    try:
        assemble([*volumes, new], new.heading.effective)
    except PolicyError as error:
        raise EditionError(Flaw.UNFIT, str(error)) from None


def _usable(edition: ReasonEdition, code: str, fields: Collection[IdentityField]) -> bool:
    """Whether a reason that the program uses is there, with its fields, as one in whose procedure nobody reads."""
    reason = edition.disclosure.get(code)
    return (
        reason is not None
        and reason.own_procedure
        and not reason.after_withdrawal
        and (reason.scope, reason.told) == (FieldScope.LISTED, Told.AT_ONCE)
        and set(reason.fields) == set(fields)
    )


def _require_year(there: Collection[HolidayYear], new: HolidayYear, today: date) -> None:
    years = {one.year for one in there}
    same = [one for one in there if one.year == new.year]
    if years and not min(years) <= new.year <= max(years) + 1:
        raise EditionError(Flaw.GAP, str(new.year - 1 if new.year > max(years) else new.year + 1))
    if new.provisional and same:
        raise EditionError(Flaw.PROVISIONAL, str(new.year))
    lacking = sorted({day for one in same if one.provisional for day in one.off} - new.off.keys())
    if lacking:
        raise EditionError(Flaw.LACKS_DAY, lacking[0].isoformat())
    if any(not one.provisional for one in same) and new.heading.effective <= today:
        raise EditionError(Flaw.TOO_EARLY, new.heading.effective.isoformat())


def _require_day(there: Iterable[Volume], effective: date, today: date) -> None:
    if any(one.heading.effective == effective and not one.unconfirmed for one in there):
        raise EditionError(Flaw.DAY_TAKEN, effective.isoformat())
    if effective <= today:
        raise EditionError(Flaw.TOO_EARLY, effective.isoformat())


def followed(volumes: Iterable[Volume], new: Volume) -> Volume | None:
    """The edition that counts until this one does; None for the first arrangement of a year."""
    there = [one for one in volumes if one.kind is new.kind and one.heading.edition != new.heading.edition]
    if isinstance(new.edition, HolidayYear):
        chosen = holiday_table(_years(there), new.heading.effective).years.get(new.edition.year)
        return next((one for one in there if one.edition is chosen), None)
    before = [one for one in there if one.heading.effective < new.heading.effective and not one.unconfirmed]
    return in_force(before, None) if before else None


def _years(volumes: Iterable[Volume]) -> list[HolidayYear]:
    return [one.edition for one in volumes if isinstance(one.edition, HolidayYear)]


def standings(volumes: Iterable[Volume], on: date) -> dict[Standing, list[Volume]]:
    """The editions of one kind by where they stand on a day, the newest first."""
    there = list(volumes)
    years = _years(there)
    confirmed = [one for one in there if not one.unconfirmed]
    chosen = list(holiday_table(years, on).years.values()) if years else [in_force(confirmed, on).edition]
    there.sort(key=lambda one: one.heading.effective, reverse=True)
    found: dict[Standing, list[Volume]] = {standing: [] for standing in Standing}
    for one in there:
        found[_standing(one, chosen, on)].append(one)
    return found


def _standing(one: Volume, chosen: Collection[object], on: date) -> Standing:
    if any(one.edition is other for other in chosen):
        return Standing.IN_FORCE
    if one.unconfirmed:
        return Standing.UNCONFIRMED
    guess = isinstance(one.edition, HolidayYear) and one.edition.provisional
    return Standing.COMING if one.heading.effective > on and not guess else Standing.EARLIER


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what differs; `mark` is "+" for what is new, "-" for what goes, " " for what stays, "…" for a gap."""

    mark: str
    text: str


def differences(before: bytes, after: bytes) -> tuple[Line, ...]:
    """What differs between two files, line by line; of JSON, whatever its blanks."""
    alike = _is_json(before) == _is_json(after)
    return tuple(_marked(_lines(before, alike=alike), _lines(after, alike=alike)))


def _marked(before: list[str], after: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(
        None, before, after
    )  # lines that come often join nothing: or it would be quadratic
    for number, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        if number:
            yield Line("…", "")
        for tag, i, j, k, m in group:
            if tag == "equal":
                yield from (Line(" ", text) for text in before[i:j])
                continue
            yield from (Line("-", text) for text in before[i:j])
            yield from (Line("+", text) for text in after[k:m])


def _is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except ValueError:
        return False


def _lines(data: bytes, *, alike: bool) -> list[str]:
    if not data or (alike and not _is_json(data)):
        return data.decode().splitlines()
    said = json.loads(data) if _is_json(data) else tomllib.loads(data.decode())
    return json.dumps(said, ensure_ascii=False, indent=1, default=str).splitlines()
