"""Copies of pictures: what cameras write is nowhere in them, and what is to be seen is seen as before."""

import json
import subprocess
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from portal.copying import images
from portal.copying.made import UnmadeError
from portal.domain.evidence import Kept, Removed
from tests import cameras
from tests.cameras import CANARY, picture, saved

pytestmark = [pytest.mark.sqlite, pytest.mark.filterwarnings("ignore")]  # as the child does

STRUCTURE = {
    "ExifTool:ExifToolVersion", "SourceFile", "Composite:ImageSize", "Composite:Megapixels",
    *(f"File:{tag}" for tag in ("FileType", "FileTypeExtension", "MIMEType", "EncodingProcess", "BitsPerSample",
                                "ImageWidth", "ImageHeight", "ColorComponents", "YCbCrSubSampling")),
    *(f"JFIF:{tag}" for tag in ("JFIFVersion", "ResolutionUnit", "XResolution", "YResolution")),
    *(f"PNG:{tag}" for tag in ("ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter",
                               "Interlace")),
}  # fmt: skip
CAMERA = {Removed.PLACE, Removed.TIME, Removed.CAMERA, Removed.AUTHOR, Removed.WORDS, Removed.SOFTWARE}
EXPECTED = {
    "a.jpg": CAMERA | {Removed.PREVIEW, Removed.EXTRA},
    "b.png": CAMERA | {Removed.PREVIEW, Removed.EXTRA},
    "c.webp": CAMERA | {Removed.PREVIEW, Removed.EXTRA},
    "d.heic": CAMERA | {Removed.PREVIEW},
    "e.avif": CAMERA | {Removed.PREVIEW},
    "f.gif": {Removed.WORDS, Removed.SOFTWARE, Removed.EXTRA},
}


@pytest.fixture(autouse=True, scope="module")
def loaded():
    images.load()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Each format, full of details, and with another file behind its end."""
    forms = {"a.jpg": "JPEG", "b.png": "PNG", "c.webp": "WEBP", "d.heic": "HEIF", "e.avif": "AVIF", "f.gif": "GIF"}
    plain = {name: saved(picture(), form) for name, form in forms.items()}
    full = cameras.tell_everything(tmp_path_factory.mktemp("told"), plain)
    behind = f"PK\x03\x04{CANARY}".encode()
    return {name: data + (b"" if name in {"d.heic", "e.avif"} else behind) for name, data in full.items()}


@pytest.fixture(scope="module")
def copies(told):
    made = {name: images.make(data) for name, data in told.items()}
    return {name: (copy, list(copy.pieces)) for name, copy in made.items()}


def test_a_picture_says_what_it_had(told, copies):
    for name, (copy, _) in copies.items():
        assert CANARY.encode() in told[name], name
        assert copy.removed >= EXPECTED[name], name
        assert Removed.UNREAD not in copy.removed, name


def test_where_it_was_taken_is_found(copies):
    for name in ("a.jpg", "b.png", "c.webp", "d.heic", "e.avif"):
        assert copies[name][0].place == pytest.approx((cameras.LATITUDE, cameras.LONGITUDE), abs=1e-5), name


def test_exiftool_finds_nothing_but_structure_in_any_copy(copies, tmp_path):
    for name, (_, pieces) in copies.items():
        for piece in pieces:
            assert CANARY.encode() not in piece.data, name
            (tmp_path / f"{name}-{piece.role}").write_bytes(piece.data)
    command = ["exiftool", "-j", "-a", "-G", "-U", "-ee", "-x", "System:All", *map(str, sorted(tmp_path.iterdir()))]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert len(found) == 12
    for file in found:
        assert set(file) <= STRUCTURE, file["SourceFile"]


def test_a_copy_looks_like_the_picture(told, copies):
    for name, (_, pieces) in copies.items():
        seen, made = (open_picture(data).convert("RGB").resize((8, 8)) for data in (told[name], pieces[0].data))
        shown = zip(seen.get_flattened_data(), made.get_flattened_data(), strict=True)
        assert all(abs(one - other) < 24 for pair in shown for one, other in zip(*pair, strict=True)), name


def open_picture(data):
    return Image.open(BytesIO(data))


def first(data):
    copy = images.make(data)
    piece = next(copy.pieces)
    return copy, open_picture(piece.data)


def test_a_picture_taken_sideways_stands_upright():
    lying = Image.new("RGB", (60, 30), "blue")
    lying.paste("red", (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise
    _, upright = first(saved(lying, "PNG", exif=exif))
    assert (upright.size, upright.getpixel((15, 5)), upright.getpixel((15, 55))) == ((30, 60), (255, 0, 0), (0, 0, 255))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_what_the_profile_meant_by_them(mode):
    copy, seen = first(saved(Image.new(mode, (20, 20), "red"), "PNG", icc_profile=cameras.swapped_profile()))
    red, green, _ = seen.getpixel((5, 5))
    assert green > 240
    assert red < 40
    assert Removed.PROFILE in copy.removed


def test_a_profile_that_is_none_costs_nobody_their_picture():
    assert first(saved(picture(), "PNG", icc_profile=b"no profile"))[1].size == (320, 200)


def test_what_lies_under_transparent_parts_is_gone():
    hidden = Image.new("RGBA", (20, 20), (200, 10, 10, 0))
    copy, seen = first(saved(hidden, "PNG"))
    assert (seen.mode, seen.getpixel((3, 3)), Removed.TRANSPARENCY in copy.removed) == ("RGB", (255, 255, 255), True)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_picture_stays(form):
    red, blue = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    copy, seen = first(saved(red, form, save_all=True, append_images=[blue], duration=100, **LOSSLESS.get(form, {})))
    assert Removed.FRAMES in copy.removed
    assert seen.convert("RGB").getpixel((5, 5))[0] > 240


LOSSLESS = {"WEBP": {"lossless": True}}


def test_of_a_burst_the_first_picture_stays_and_the_rest_is_not_behind_it():
    burst = saved(picture(), "MPO", save_all=True, append_images=[picture().rotate(180)])
    copy = images.make(burst)
    assert copy.removed >= {Removed.FRAMES, Removed.EXTRA}
    assert all(piece.data.count(b"\xff\xd8\xff") == 1 for piece in copy.pieces)


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "I;16", "CMYK"])
def test_every_way_to_hold_a_picture_is_read(mode):
    held = Image.new("I;16", (20, 20), 40_000) if mode == "I;16" else picture((20, 20)).convert(mode)
    _, seen = first(saved(held, "JPEG" if mode == "CMYK" else "PNG"))
    assert seen.mode in {"L", "RGB"}
    if mode == "I;16":
        assert seen.getpixel((3, 3)) == 156


def test_a_huge_photo_is_made_smaller_and_says_so(monkeypatch):
    monkeypatch.setattr(images, "COPY_PIXELS", 10_000)
    for form in ("JPEG", "PNG", "GIF"):
        copy, seen = first(saved(picture((640, 400)), form))
        assert Removed.DETAIL in copy.removed
        assert seen.size in {(126, 79), (126, 78)}, form
        pairs = zip(*(one.convert("L").resize((4, 4)).get_flattened_data() for one in (seen, picture())), strict=True)
        assert all(abs(one - other) < 24 for one, other in pairs), form


def test_a_strip_longer_than_any_format_allows_is_made_shorter():
    copy, seen = first(saved(Image.new("L", (70_000, 4)), "PNG"))
    assert (seen.width <= images.LONGEST, Removed.DETAIL in copy.removed) == (True, True)


def test_a_page_shows_no_more_than_its_width():
    copy = images.make(saved(picture((2000, 100)), "JPEG"))
    whole, shown = (open_picture(piece.data).size for piece in copy.pieces)
    assert (whole, shown) == ((2000, 100), (1280, 64))


@pytest.mark.parametrize(
    "bomb", [cameras.png(20_000, 20_000), cameras.png(2**31 - 1, 2**31 - 1), cameras.jpeg_of_size(65_500, 65_500)]
)
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head(bomb):
    with pytest.raises(UnmadeError) as refused:
        images.make(bomb)
    assert refused.value.why is Kept.TOO_LARGE


@pytest.mark.parametrize(
    "broken",
    [
        saved(picture(), "JPEG")[:3000],
        cameras.png(300, 300),
        b"GIF89a/*<script>alert(1)</script>*/",
        b"\xff\xd8\xff<html><script>alert(1)</script></html>",
    ],
)
def test_what_no_decoder_reads_gives_no_copy(broken):
    with pytest.raises(Exception):  # noqa: B017, PT011 — whatever the decoder raises: the child says "broken"
        list(images.make(broken).pieces)


def test_broken_details_cost_nobody_their_picture():
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40
    copy, seen = first(saved(picture(), "JPEG", exif=exif))
    assert seen.size == (320, 200)
    assert seen.getexif() == {}
    assert copy.place is None


def test_the_one_decoder_that_is_an_extra_is_missed_in_words(monkeypatch):
    data = saved(picture(), "HEIF")
    monkeypatch.delitem(Image.OPEN, "HEIF")
    with pytest.raises(UnmadeError) as refused:
        images.make(data)
    assert refused.value.why is Kept.UNAVAILABLE
    assert pillow_heif.options.DECODE_THREADS == 1
