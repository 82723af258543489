"""Sealed files against the owner of the store: `portal audit verify --deep` names the row whose file is not its own."""

import hashlib
import os
import secrets
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import LedgerError, StartError
from portal.office import collecting, identity, mailbox, verifying, verifying_files
from portal.office.collecting import Walk
from portal.office.sealed_files import name_of
from portal.store.blobs import FolderBlobs
from portal.store.files import Blob
from tests.bucket import Bucket
from tests.filing import SOUND, attach, attach_picture, named, stored
from tests.office.drills import tamper
from tests.sending import arrive, run
from tests.world import World


def path(world: World, blob: UUID) -> Path:
    """Where a file lies."""
    return world.home / "blobs" / "files" / blob.hex[:2] / blob.hex


def blobs(world: World) -> list[Blob]:
    with world.store.reading() as session:
        return list(session.scalars(select(Blob).order_by(Blob.report_id, Blob.number, Blob.role)))


def refused(world: World, match: str) -> None:
    with pytest.raises(LedgerError, match=match):
        world.verify()


def test_a_file_that_is_not_its_own_is_found_by_reading_and_its_row_named(world: World) -> None:
    """Every drill on one world: each is set right again before the next."""
    for data in (SOUND, SOUND + b"again" * 9000):
        attach(world, arrive(world)[0], data)
    world.sign()
    assert (world.verify().files, world.verify().unseen) == (2, 0)
    one, other = (path(world, row.id) for row in blobs(world))
    whole = one.read_bytes()
    for data, said in {
        bytes(len(whole)): "was altered: expected [0-9a-f]{64}, found [0-9a-f]{64}",
        whole[:-1] + bytes([whole[-1] ^ 1]): "was altered",
        other.read_bytes(): "is longer than|has [0-9]+ of",  # of another report
        whole[:-1]: f"has {len(whole) - 1} of the {len(whole)} bytes",
        whole + b"more": f"is longer than the {len(whole)} bytes",
        b"": "has 0 of",
    }.items():
        one.write_bytes(data)
        refused(world, f"blobs {UUID(hex=one.name)}: its file ({said})")
    one.unlink()
    refused(world, f"blobs {UUID(hex=one.name)}: its file is gone from the store")
    assert world.verify(deep=False).unseen == 2, "counted alone"
    one.write_bytes(whole)
    assert world.verify().files == 2


def test_what_a_row_says_of_its_file_is_held_to_its_entry(world: World) -> None:
    """Whoever owns both changes the file and its digest together: the entry still knows."""
    attach(world, arrive(world)[0])
    (row,) = blobs(world)
    other = hashlib.sha256(b"another").hexdigest()
    path(world, row.id).write_bytes(b"another")
    tamper(world, f"UPDATE blobs SET digest = x'{other}', length = 7")
    refused(world, f"blobs {row.id} is not as entry")
    with pytest.raises(LedgerError, match=f"blobs {row.id} is not as entry"):
        world.verify(deep=False)


def test_what_was_erased_and_put_back_is_found(world: World) -> None:
    """The file alone is nobody's and is collected; its row has no entry behind it any more."""
    key, _ = arrive(world)
    attach(world, key)
    (row,) = blobs(world)
    kept = run(world, "SELECT * FROM blobs")[0]
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())
    assert (named(world), stored(world)) == (set(), {name_of(row.id)})
    assert world.verify().files == 0, "a file that no row names waits to be collected"
    run(world, f"INSERT INTO blobs VALUES ({', '.join('?' * len(kept))})", *kept)
    refused(world, f"blobs {row.id} is not as entry")


@pytest.mark.sqlite
def test_a_file_whose_row_is_there_stays_and_one_erased_goes_after_an_hour(world: World) -> None:
    key, _ = arrive(world)
    attach_picture(world, key)
    before = {row.role: name_of(row.id) for row in blobs(world)}
    age(world, hours=3)
    assert collected(world) == {}
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())
    age(world, hours=0)
    assert collected(world) == {}, "not before it is an hour old"
    age(world, hours=3)
    assert collected(world) == {"files": 1}
    assert stored(world) == named(world) == set(before.values()) - {before["original"]}
    assert world.verify().files == len(before) - 1


def age(world: World, *, hours: int) -> None:
    """Date every file of the store so long ago, by the store's own clock."""
    at = world.house.blobs.now().timestamp() - hours * 3600
    for name in stored(world):
        os.utime(path(world, UUID(hex=name.partition("/")[2])), (at, at))


def collected(world: World) -> dict[str, int]:
    walk = Walk()
    return dict(collecting.collect(world.store, world.house, collecting.named_by_rows, walk, now=world.clock()))


@pytest.mark.sqlite
def test_a_host_that_cannot_reach_the_store_says_so_and_accuses_no_file(world: World, tmp_path: Path) -> None:
    attach(world, arrive(world)[0])
    away = FolderBlobs(tmp_path / "not mounted")
    with pytest.raises(StartError, match=r"files cannot be read here \(No such file or directory\); run --deep where"):
        verifying.verify(world.store, verifying.Keys.read(world.settings), deep=away)


@pytest.mark.sqlite
def test_what_is_erased_while_files_are_read_is_no_fault(world: World) -> None:
    attach(world, arrive(world)[0])
    (row,) = blobs(world)
    with world.store.reading() as session:
        wanted = world.house.blobs

        class Meanwhile:
            """Erased and collected between the row and its file."""

            def read(self, name: str):
                tamper(world, "DELETE FROM blobs")
                wanted.delete(name)
                return wanted.read(name)

            def now(self):
                return wanted.now()

        verifying_files.read(world.store, session, Meanwhile(), lambda _: None)
    assert named(world) == stored(world) == set()
    assert row.role == "original"


@pytest.mark.sqlite
def test_files_are_read_piece_by_piece_and_progress_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    attach(world, arrive(world)[0], SOUND * 60)
    monkeypatch.setattr(verifying_files, "PIECE", 4096)
    told: list[int] = []
    with world.store.reading() as session:
        files, length = verifying_files.count(session)
        verifying_files.read(world.store, session, world.house.blobs, told.append)
    assert (files, sum(told)) == (1, length)
    assert max(told) <= 4096
    assert len(told) == -(-length // 4096)


@pytest.mark.sqlite
def test_files_in_a_bucket_are_read_as_those_of_a_folder_are(world: World, bucket: Bucket) -> None:
    world.portal = replace(world.portal, house=replace(world.house, blobs=bucket.blobs(secrets.token_hex(8))))
    attach(world, arrive(world)[0])
    (row,) = blobs(world)
    assert world.verify().files == 1
    with world.house.blobs.write(name_of(row.id)) as sink:
        sink.write(bytes(row.length))
    refused(world, f"blobs {row.id}: its file was altered")
    world.house.blobs.delete(name_of(row.id))
    refused(world, f"blobs {row.id}: its file is gone")
