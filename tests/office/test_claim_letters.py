"""A delegate's letter as a photo: pictures made anew, for the payout desk alone, gone with the payee."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import FlawedFileError, LedgerError, NotCopiedError, StrangerError, UnfitFileError
from portal.domain.evidence import Kept
from portal.domain.payee import LETTER_BYTES
from portal.office import claim_letters, claims, collecting, paying, payout_sheets, sealed_files
from portal.office.claim_letters import Pictures
from portal.office.collecting import Walk
from portal.office.keyring import ReporterKey
from portal.office.recording import record
from portal.office.sealed_files import Sealing, name_of
from portal.store.models import PayoutFile
from tests import canary
from tests import rewards as cast
from tests.cameras import CANARY, document, picture, saved
from tests.filing import SOUND
from tests.office.test_payout_endings import end, withdraw
from tests.rewards import release
from tests.sending import run
from tests.staffing import Staff
from tests.visitor import PICTURE
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("granted")]
JOINT = replace(cast.PAYEE, holder="赵六", delegate=True, signatory="周小明")


def take(world: World, data: bytes = PICTURE[0]) -> Pictures:
    arrived = Sealing(world.house)
    arrived.write(data)
    return claim_letters.take(world.house, arrived)


def claim(world: World, key: ReporterKey, *files: bytes) -> Pictures:
    pictures = sum((take(world, data) for data in files), ())
    with world.store.reading() as session:
        sealed = claims.seal(session, world.house, key, JOINT, now=world.clock(), pictures=pictures)
    with world.store.transaction() as session:
        claims.claim(session, world.house, key, sealed, now=world.clock())
    return pictures


def rows(world: World) -> list[UUID]:
    with world.store.reading() as session:
        return list(session.scalars(select(PayoutFile.id)))


def lying(world: World) -> set[str]:
    return {one.name for one in world.house.blobs.listed("files")}


def collect(world: World) -> None:
    later = datetime.now(UTC) + timedelta(hours=5)

    class Later:
        def __getattr__(self, name: str) -> object:
            return (lambda: later) if name == "now" else getattr(world.house.blobs, name)

    house = replace(world.house, blobs=Later())
    collecting.collect(world.store, house, collecting.named_by_rows, Walk(), now=world.clock())


def look(staff: Staff, reference: UUID, number: int = 0, who: str = "qian") -> bytes:
    world = staff.world
    world.sign()
    with world.store.transaction() as session:
        actor, ring = staff.actor(who), world.ring(who)
        file = payout_sheets.letter(session, world.house, actor, ring, reference, number, now=world.clock())
    return b"".join(sealed_files.chunks(world.house, file))


def test_the_payout_desk_sees_pictures_made_anew_and_each_look_is_entered(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    photo = saved(picture(), "JPEG", comment=CANARY.encode())
    assert CANARY.encode() in photo
    claim(world, key, photo, document(2))
    assert len(rows(world)) == 3, "a photo, and two pages of a document"
    assert CANARY.encode() not in look(staff, reference)
    look(staff, reference, 2)
    assert world.events()[-2:] == ["payout_letter_shown"] * 2
    with pytest.raises(StrangerError):
        look(staff, reference, 3)
    for who in ("song", "gao", "lin"):
        with pytest.raises(StrangerError):
            look(staff, reference, who=who)
    assert lying(world) == {name_of(one) for one in rows(world)}, "of the files as they came nothing stayed"
    assert canary.found([world.home], [CANARY]) == []
    world.verify()


def test_what_is_no_picture_leaves_nothing(world: World) -> None:
    for data, refusal in ((SOUND, UnfitFileError), (b"just words", UnfitFileError), (b"%PDF-1.4 x", NotCopiedError)):
        with pytest.raises(refusal):
            take(world, data)
    with pytest.raises(FlawedFileError):
        take(world, PICTURE[0] + bytes(LETTER_BYTES))
    with pytest.raises(NotCopiedError) as refused:
        take(world, PICTURE[0][:40])
    assert refused.value.why is Kept.BROKEN
    assert lying(world) == set()


def test_they_stay_as_long_as_the_payee_and_no_longer(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    first = claim(world, key, PICTURE[0])
    collect(world)
    assert lying(world) == {name_of(one.file.blob) for one in first}, "a row of the payment names it"
    second = claim(world, key, PICTURE[0])
    assert rows(world) == [one.file.blob for one in second], "a correction takes the letter of before away"
    withdraw(world, key)
    assert rows(world) == []
    collect(world)
    assert lying(world) == set()
    claim(world, key, PICTURE[0])
    release(staff, reference)
    cast.book(staff, reference)
    world.clock.forward(days=31 * 366)
    with world.store.transaction() as session:
        record(session, world.house.entry_key, *paying.wipe(session, world.house, now=world.clock()))
    assert rows(world) == []
    world.verify()


def test_a_payment_that_two_end_takes_them_along(staff: Staff, world: World, key: ReporterKey, reference: UUID) -> None:
    claim(world, key, PICTURE[0])
    end(staff, reference)
    assert rows(world) == []
    world.verify()


def test_a_file_that_was_altered_or_is_gone_is_found(world: World, key: ReporterKey) -> None:
    (one,) = claim(world, key, PICTURE[0])
    world.verify()
    with world.house.blobs.write(name_of(one.file.blob)) as sink:
        sink.write(bytes(one.length))
    with pytest.raises(LedgerError, match=r"payout_files .*: its file was altered"):
        world.verify()
    run(world, "UPDATE payout_files SET length = length + 1")
    with pytest.raises(LedgerError, match="payout_files"):
        world.verify()
