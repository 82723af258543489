"""Adopting an edition (版本) of a policy file while the portal runs: what is proposed, and the row that comes of it.

Clocks that run keep the edition under which they began; counting them anew is a step of its own, and none of this.
"""

from datetime import date
from uuid import UUID, uuid4

from crypto.primitives import sha256
from portal.domain import clocks, disclosure
from portal.domain.contents import NewEdition
from portal.domain.errors import NotAllowedError
from portal.office import founding
from portal.office.acting import Act
from portal.office.recording import Draft
from portal.office.requesting import REISSUE
from portal.policy import adopting
from portal.policy.loader import Volume
from portal.store.editions import Edition

ADOPTED = "edition_adopted"
RELIED_ON = {REISSUE: disclosure.COMPARED}  # reasons that the program itself uses, and what it compares


def require_adoptable(act: Act, authority_id: UUID, new: NewEdition) -> Volume:
    """Return what would be adopted. Raises EditionError, and NotAllowedError below the province's office."""
    if authority_id != act.tree().province:
        raise NotAllowedError("editions are adopted by the province")
    volume = adopting.read(new.kind, new.text)
    adopting.require_adoptable(act.house.directories.editions.volumes, volume, today=_today(act), codes=RELIED_ON)
    return volume


def adopt(act: Act, authority_id: UUID, new: NewEdition, motion_id: UUID) -> Draft:
    """The edition counts from its day on. Raises EditionError."""
    volume = require_adoptable(act, authority_id, new)
    heading = volume.heading
    row = Edition(
        id=uuid4(),
        kind=new.kind,
        name=heading.edition,
        effective_on=heading.effective,
        data=new.text.encode(),
        adopted_at=act.now,
        motion_id=motion_id,
    )
    facts = {"kind": str(new.kind), "edition": heading.edition, "effective": heading.effective.isoformat()}
    draft = act.administering(ADOPTED, ("editions", row.id), authority_id, **facts, digest=sha256(row.data).hex())
    draft.names(row)
    act.session.add(row)
    founding.touch(act.session)
    return draft


def _today(act: Act) -> date:
    return act.now.astimezone(clocks.SHANGHAI).date()
