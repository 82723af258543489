"""The tree of authorities (主管部门) as it grows: an office more, another name from a day on.

Rows are added and never edited: an office keeps its id, its division and the one above it, and every name it had.
"""

from uuid import UUID, uuid4

from sqlalchemy import select

from portal.domain import establishing
from portal.domain.contents import NewName, NewOffice
from portal.domain.vocabulary import AuthorityKind
from portal.office import founding
from portal.office.acting import Act
from portal.office.recording import Draft
from portal.store.authorities import Authority, AuthorityName

ADDED, RENAMED = "authority_added", "authority_renamed"


def names_of(act: Act, authority_id: UUID) -> tuple[NewName, ...]:
    """Every name that an authority has or had, or will have, the oldest first."""
    wanted = select(AuthorityName).where(AuthorityName.authority_id == authority_id).order_by(AuthorityName.since)
    return tuple(NewName(row.since, row.zh, row.en, row.ko) for row in act.session.scalars(wanted))


def require_room(act: Act, superior_id: UUID, office: NewOffice) -> None:
    """Raise EstablishError unless this office may stand below that one."""
    jurisdictions = act.house.policies.jurisdictions()
    establishing.require_room(act.tree(), superior_id, office, jurisdictions=jurisdictions)
    establishing.require_own(_others(act, None), office.name)


def require_next(act: Act, authority_id: UUID, name: NewName) -> None:
    """Raise EstablishError unless this name follows on the one before."""
    establishing.require_next(names_of(act, authority_id), name)
    establishing.require_own(_others(act, authority_id), name)


def _others(act: Act, authority_id: UUID | None) -> set[str]:
    """Every name of every other authority, in each language."""
    rows = act.session.scalars(select(AuthorityName)).all()
    return {said for row in rows if row.authority_id != authority_id for said in (row.zh, row.en, row.ko) if said}


def found(act: Act, superior_id: UUID, office: NewOffice) -> Draft:
    """An office below another. Raises EstablishError."""
    require_room(act, superior_id, office)
    authority = Authority(
        id=uuid4(),
        code=office.code,
        kind=AuthorityKind.OFFICE,
        superior_id=superior_id,
        division=office.division,
    )
    facts = {"code": office.code, "superior": str(superior_id)}
    draft = act.administering(ADDED, ("authorities", authority.id), superior_id, **facts)
    draft.names(authority)
    act.session.add(authority)
    act.session.flush()  # what refers to it comes after
    _add_name(act, draft, authority.id, office.name)
    return draft


def rename(act: Act, authority_id: UUID, name: NewName) -> Draft:
    """Another name from a day on. Raises EstablishError."""
    require_next(act, authority_id, name)
    draft = act.administering(RENAMED, ("authorities", authority_id), authority_id, since=name.since.isoformat())
    _add_name(act, draft, authority_id, name)
    return draft


def _add_name(act: Act, draft: Draft, authority_id: UUID, name: NewName) -> None:
    row = AuthorityName(id=uuid4(), authority_id=authority_id, since=name.since, zh=name.zh, en=name.en, ko=name.ko)
    draft.names(row)
    act.session.add(row)
    founding.touch(act.session)
