"""Adding an office to the tree (主管部门), and giving one a new name from a day on: what must hold, and nothing stored.

* An office is added for a division that has none, below the office that answers for that division until then; so
  every report goes up the same way as before. Nothing is routed to it until somebody sits at its desks.
* A development zone is a place and no jurisdiction: it gets no office. The discipline authority stands outside the tree
  and has none below it.
* Names follow one another: a new one begins after the one before it, and is another. Nobody gets a name that another
  authority has, had or will have: reporters choose by names.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from portal.domain.contents import NewCounter, NewName, NewOffice
from portal.domain.errors import EstablishError, NoDeskError
from portal.domain.jurisdiction import AuthorityTree
from portal.domain.vocabulary import AuthorityKind


class Flaw(StrEnum):
    """Why an office cannot be added so, or a name not be given so."""

    NO_DIVISION = "no_division"  # no place of the list, or one that is no jurisdiction
    HAS_OFFICE = "has_office"
    NOT_BELOW = "not_below"  # another office answers for the division
    OUTSIDE = "outside"  # below discipline there is nothing
    TOO_EARLY = "too_early"  # not after the name before
    SAME_NAME = "same_name"
    COUNTER_TOO_EARLY = "counter_too_early"  # not after the counter before
    SAME_COUNTER = "same_counter"
    OTHERS_NAME = "others_name"  # another authority is, was or will be called so


def without_office(tree: AuthorityTree, jurisdictions: Iterable[str]) -> tuple[tuple[str, UUID], ...]:
    """The divisions that may get an office, each with the one that would stand above it."""
    return tuple((code, tree.office_of(code)) for code in jurisdictions if code not in tree.offices)


def require_room(tree: AuthorityTree, superior: UUID, office: NewOffice, *, jurisdictions: Collection[str]) -> None:
    """Raise EstablishError unless this office may stand below that one."""
    if tree.nodes[superior].kind is not AuthorityKind.OFFICE:
        raise EstablishError(Flaw.OUTSIDE)
    if office.division in tree.offices:
        raise EstablishError(Flaw.HAS_OFFICE)
    if office.division not in jurisdictions:
        raise EstablishError(Flaw.NO_DIVISION)
    try:
        answering = tree.office_of(office.division)
    except NoDeskError:
        raise EstablishError(Flaw.NOT_BELOW) from None
    if answering != superior:
        raise EstablishError(Flaw.NOT_BELOW)


def require_next(names: Iterable[NewName], name: NewName) -> None:
    """Raise EstablishError unless this name follows on those that the authority has or had."""
    last = max(names, key=lambda one: one.since)
    if name.since <= last.since:
        raise EstablishError(Flaw.TOO_EARLY, last.since.isoformat())
    if (name.zh, name.en, name.ko) == (last.zh, last.en, last.ko):
        raise EstablishError(Flaw.SAME_NAME)


def require_later(counters: Iterable[NewCounter], counter: NewCounter) -> None:
    """Raise EstablishError unless this counter follows on those that the office has or had."""
    last = max(counters, key=lambda one: one.since, default=None)
    if last is None:
        return
    if counter.since <= last.since:
        raise EstablishError(Flaw.COUNTER_TOO_EARLY, last.since.isoformat())
    if replace(counter, since=last.since) == last:
        raise EstablishError(Flaw.SAME_COUNTER)


def require_own(others: Iterable[str], name: NewName) -> None:
    """Raise EstablishError for a name that another authority has, however it is spaced or cased."""
    taken = {_plain(one) for one in others}
    for said in filter(None, (name.zh, name.en, name.ko)):
        if _plain(said) in taken:
            raise EstablishError(Flaw.OTHERS_NAME, said)


def _plain(name: str) -> str:
    """Letters and digits alone, in one form."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
