"""What `portal doctor` finds where files are kept, each in one line that says what to do."""

from dataclasses import replace

import pytest

from portal.office import doctor
from portal.office.doctor_desks import Finding
from portal.store.blobs import FolderBlobs
from tests.bucket import Bucket
from tests.world import World

pytestmark = pytest.mark.sqlite


def files(world: World) -> Finding:
    (found,) = (one for one in doctor.examine(world.settings, now=world.clock()) if one.name == "files")
    return found


def test_a_folder_in_order_says_how_much_fits(world: World) -> None:
    found = files(world)
    assert found.level == "ok"
    assert found.said.startswith("room for ")
    assert [path for path in (world.home / "blobs").rglob("*") if path.is_file()] == []


def test_a_folder_with_little_room_warns_and_one_with_none_fails(world: World) -> None:
    def found(room: int) -> Finding:
        free = FolderBlobs(world.home, spare=0).room()
        blobs = FolderBlobs(world.home / "blobs", made=True, spare=max(0, free - room))
        return doctor._files(replace(world.house, blobs=blobs))

    assert found(doctor.ROOM // 2).level == "warning"
    assert found(-(10**18)).level == "failure"


def test_a_folder_that_cannot_be_written_fails(world: World) -> None:
    (world.home / "blobs").touch()
    found = files(world)
    assert (found.level, found.said.count("\n")) == ("failure", 0)
    assert "Not a directory; check PORTAL_BLOB_URL" in found.said


def test_a_bucket_is_reached_or_said_not_to_be(world: World, bucket: Bucket) -> None:
    reached = doctor._files(replace(world.house, blobs=bucket.blobs("doctor")))
    refused = doctor._files(replace(world.house, blobs=bucket.blobs("doctor", AWS_SECRET_ACCESS_KEY="another")))
    assert reached == Finding("files", "ok", "the bucket takes them and gives them back")
    assert (refused.level, refused.said) == (
        "failure",
        "files cannot be kept in the bucket files: the server refuses its keys",
    )
