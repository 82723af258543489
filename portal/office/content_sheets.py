"""What a motion would add, as two people look at it: an office, a name, an edition with what differs."""

from collections.abc import Sequence

from portal.domain import countersign, payouts
from portal.domain.contents import NewCounter, NewEdition, NewName, NewOffice
from portal.domain.errors import EditionError, LedgerError
from portal.domain.vocabulary import EditionKind, MotionKind
from portal.office import bank_lists, establishing, paying
from portal.office.acting import Act
from portal.office.directory import Names
from portal.office.staff_sheets import ContentSheet, EditionSheet
from portal.policy import adopting
from portal.policy.loader import Volume
from portal.store.motions import Motion


def what_of(motion: Motion, language: str) -> tuple[str, EditionKind | None]:
    """In a word what would be added: what an office would be called, the name of an edition and its kind."""
    if motion.kind is MotionKind.RECALL:
        return bank_lists.named(motion.content), None
    if motion.kind in countersign.PAYMENTS:
        return payouts.reference(paying.payout_of(motion.content)), None
    if motion.content is None or motion.kind in countersign.PASSING:
        return "", None
    if motion.kind is MotionKind.LOCATE:
        return NewCounter.decode(motion.content).name, None
    if motion.kind is MotionKind.ADOPT:
        volume = _volume(NewEdition.decode(motion.content))
        return volume.heading.edition, volume.kind
    name = _name(motion)
    return Names(name.zh, name.en, name.ko).in_language(language), None


def content_of(act: Act, motion: Motion, language: str) -> ContentSheet | None:
    """All that would be added; None for a motion that adds nothing of the kind."""
    if motion.content is None or motion.kind in countersign.PASSING:
        return None
    if motion.kind is MotionKind.LOCATE:
        return ContentSheet(counter=NewCounter.decode(motion.content))
    if motion.kind is MotionKind.ADOPT:
        return ContentSheet(edition=_edition(act, _volume(NewEdition.decode(motion.content))))
    if motion.kind is MotionKind.FOUND:
        office = NewOffice.decode(motion.content)
        return ContentSheet(name=office.name, division=act.house.policies.divisions.by_code.get(office.division))
    name, names = _name(motion), establishing.names_of(act, motion.authority_id)
    return ContentSheet(name=name, before=_before(names, name, language))


def _name(motion: Motion) -> NewName:
    content = motion.content or b""
    return NewOffice.decode(content).name if motion.kind is MotionKind.FOUND else NewName.decode(content)


def _before(names: Sequence[NewName], name: NewName, language: str) -> str:
    """What the authority is called until then."""
    last = [one for one in names if one.since < name.since][-1]
    return Names(last.zh, last.en, last.ko).in_language(language)


def _volume(new: NewEdition) -> Volume:
    """What was proposed, which could be read then."""
    try:
        return adopting.read(new.kind, new.text)
    except EditionError as error:
        raise LedgerError("what was proposed cannot be read") from error


def _edition(act: Act, volume: Volume) -> EditionSheet:
    before = adopting.followed(act.house.directories.editions.volumes, volume)
    return EditionSheet(
        kind=volume.kind,
        heading=volume.heading,
        follows=before.heading.edition if before else "",
        lines=adopting.differences(before.data if before else b"", volume.data),
    )
