"""The tree of authorities as an administrator looks at it, and the editions of policy files by where they stand."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import select

from portal.domain import access, clocks, countersign, establishing
from portal.domain.errors import StrangerError
from portal.domain.vocabulary import Duty, EditionKind
from portal.office import registry
from portal.office.acting import Act
from portal.office.directory import Names
from portal.office.staff_sheets import AuthorityLine, EditionLine, NameLine, Room, ShelfSheet
from portal.policy import adopting
from portal.policy.adopting import ADOPTABLE
from portal.policy.editions import HolidayYear
from portal.policy.loader import Volume
from portal.store.authorities import AuthorityName


def tree(act: Act, language: str) -> tuple[AuthorityLine, ...]:
    """The authorities that the actor administers, each below the one above it. Raises NotAllowedError."""
    mine = set(registry.administered(act))
    names, counts = _names(act, language), registry.seated_counts(act)
    return tuple(_line(act, names, counts, one, depth, language) for one, depth in _ordered(act, mine))


def authority(act: Act, authority_id: UUID, language: str) -> AuthorityLine:
    """One of them. Raises StrangerError for those of others."""
    if authority_id not in registry.administered(act):
        raise StrangerError("no such authority")
    return _line(act, _names(act, language), registry.seated_counts(act), authority_id, 0, language)


def rooms(act: Act) -> tuple[Room, ...]:
    """The divisions without an office that the actor could add one for."""
    policies, nodes = act.house.policies, act.tree()
    mine = set(registry.administered(act))
    found = establishing.without_office(nodes, sorted(policies.jurisdictions()))
    return tuple(Room(policies.divisions.by_code[code], above) for code, above in found if above in mine)


def _ordered(act: Act, mine: set[UUID]) -> Iterator[tuple[UUID, int]]:
    """Each authority with its depth, those below right after it, by code."""
    directory = act.directory()
    below: dict[UUID | None, list[UUID]] = {}
    for one in sorted(mine, key=lambda one: directory.codes[one]):
        superior = directory.tree.nodes[one].superior
        below.setdefault(superior if superior in mine else None, []).append(one)

    def walk(superior: UUID | None, depth: int) -> Iterator[tuple[UUID, int]]:
        for one in below.get(superior, ()):
            yield one, depth
            yield from walk(one, depth + 1)

    return walk(None, 0)


def _line(
    act: Act,
    names: Mapping[UUID, tuple[NameLine, ...]],
    counts: Mapping[tuple[UUID, Duty], int],
    authority_id: UUID,
    depth: int,
    language: str,
) -> AuthorityLine:
    directory = act.directory()
    served = {duty: registry.served_by(act, counts, authority_id, duty, language) for duty in Duty}
    lent: dict[str, tuple[Duty, ...]] = {}
    for duty, who in served.items():
        if who.by:
            lent[who.by] = (*lent.get(who.by, ()), duty)
    return AuthorityLine(
        id=authority_id,
        name=directory.name(authority_id, language),
        code=directory.codes[authority_id],
        division=act.house.policies.divisions.by_code.get(directory.tree.nodes[authority_id].division),
        depth=depth,
        names=names[authority_id],
        own=tuple(duty for duty, who in served.items() if who.seats),
        empty=tuple(
            duty for duty, who in served.items() if not who.seats and (authority_id, duty) in directory.desk_ids
        ),
        lent=lent,
        unserved=tuple(duty for duty, who in served.items() if not who.seats and not who.by),
    )


def _names(act: Act, language: str) -> Mapping[UUID, tuple[NameLine, ...]]:
    """Every name, by authority, the oldest first."""
    today = act.now.astimezone(clocks.SHANGHAI).date()
    found: dict[UUID, list[AuthorityName]] = {}
    for row in act.session.scalars(select(AuthorityName).order_by(AuthorityName.since)):
        found.setdefault(row.authority_id, []).append(row)
    return {
        authority_id: tuple(
            NameLine(
                Names(row.zh, row.en, row.ko).in_language(language),
                row.since,
                row is ([one for one in rows if one.since <= today] or rows[:1])[-1],
            )
            for row in rows
        )
        for authority_id, rows in found.items()
    }


def shelves(act: Act) -> tuple[ShelfSheet, ...]:
    """The editions of every kind, by where they stand today. Raises NotAllowedError for all but administrators."""
    access.require_seat(act.actor, registry.ADMINISTRATORS)
    today = act.now.astimezone(clocks.SHANGHAI).date()
    volumes = act.house.directories.editions.volumes
    return tuple(
        ShelfSheet(
            kind,
            {
                standing: tuple(map(_edition, found))
                for standing, found in adopting.standings((one for one in volumes if one.kind is kind), today).items()
            },
            kind in ADOPTABLE,
        )
        for kind in EditionKind
    )


def may_adopt(act: Act) -> bool:
    """Whether the actor is an administrator of the province."""
    return countersign.administers(act.tree(), act.actor, act.tree().province)


def file_of(act: Act, kind: EditionKind, name: str) -> Volume:
    """One edition with its file. Raises StrangerError."""
    access.require_seat(act.actor, registry.ADMINISTRATORS)
    volumes = act.house.directories.editions.volumes
    found = [one for one in volumes if one.kind is kind and one.heading.edition == name]
    if not found:
        raise StrangerError("no such edition")
    return found[-1]


def _edition(volume: Volume) -> EditionLine:
    guess = isinstance(volume.edition, HolidayYear) and volume.edition.provisional
    return EditionLine(volume.heading, volume.adopted, guess)
