"""What an image says beside its pixels, so that its maker can be told what was removed; and where it was taken.

Nothing of this decides what the copy holds: the copy is made from pixels alone. Exif 2.32 (CIPA DC-008) names the tags.
"""

import math
from collections.abc import Mapping
from typing import Any

from PIL import Image

from portal.domain.evidence import Place, Removed

_EXIF, _GPS = 0x8769, 0x8825
_TAGS = {
    Removed.TIME: {0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292},
    Removed.AUTHOR: {0x013B, 0x8298, 0x9C9D, 0xA430},
    Removed.WORDS: {0x010D, 0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F},
    Removed.SOFTWARE: {0x000B, 0x0131, 0x013C, 0x02BC, 0x83BB, 0x8649},
}
_STRUCTURE = {0x0100, 0x0101, 0x0112, 0x011A, 0x011B, 0x0128, 0x0213, _EXIF, _GPS} | {
    0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005}  # fmt: skip
_GPS_TIME = {7, 29}
_TURNS = (b"NETSCAPE2.0",)
_IN_XMP = (
    (b"GPSL", Removed.PLACE),
    (b"Date", Removed.TIME),
    (b"creator", Removed.AUTHOR),
    (b"description", Removed.WORDS),
    (b"tiff:Model", Removed.CAMERA),
)
_INFO = (
    ("icc_profile", Removed.PROFILE),
    ("comment", Removed.WORDS),
    ("photoshop", Removed.SOFTWARE),
    ("xmp", Removed.SOFTWARE),
)


def traces(image: Image.Image, data: bytes) -> tuple[set[Removed], Place | None]:
    """Say what the opened image, these bytes, has besides pixels."""
    found = set()
    for look in (_in_info, _in_exif, _in_bytes):
        try:
            found |= look(image, data)
        except Exception:  # noqa: BLE001 — whatever a library makes of broken details: they are not in the copy
            found.add(Removed.UNREAD)
    return found, _place(image) if Removed.PLACE in found else None


def _in_info(image: Image.Image, _data: bytes) -> set[Removed]:
    """What lies beside Exif."""
    info = image.info
    found = {removed for name, removed in _INFO if info.get(name)}
    xmp = info.get("xmp") or b""
    packet = xmp.encode() if isinstance(xmp, str) else xmp
    found |= {removed for word, removed in _IN_XMP if word in packet}
    if getattr(image, "text", None):  # of a PNG
        found.add(Removed.WORDS)
    if info.get("extension", _TURNS)[0] != _TURNS[0]:  # of a GIF; that one says how often it moves
        found.add(Removed.SOFTWARE)
    return found


def _in_exif(image: Image.Image, _data: bytes) -> set[Removed]:
    exif = image.getexif()
    gps = exif.get_ifd(_GPS).keys()
    found = _named(exif) | _named(exif.get_ifd(_EXIF))
    found |= {Removed.PLACE} if gps - _GPS_TIME else set()
    found |= {Removed.TIME} if gps & _GPS_TIME else set()
    return found | ({Removed.PREVIEW} if b"\xff\xd8\xff" in (image.info.get("exif") or b"") else set())


def _in_bytes(image: Image.Image, data: bytes) -> set[Removed]:
    """What the file holds that the decoder passes over."""
    said = (
        (Removed.TIME, image.format == "PNG" and b"tIME" in data),
        (Removed.FRAMES, getattr(image, "is_animated", False)),
        (Removed.EXTRA, data[_ENDS.get(image.format or "", len)(data) :].strip(b"\0")),
    )
    return {removed for removed, there in said if there}


def _named(tags: Mapping[int, Any]) -> set[Removed]:
    known = {tag: removed for removed, some in _TAGS.items() for tag in some}
    return {known.get(tag, Removed.CAMERA) for tag in tags if tag not in _STRUCTURE}


def _place(image: Image.Image) -> Place | None:
    gps = image.getexif().get_ifd(_GPS)
    try:
        degrees = [
            sum(float(part) / 60**power for power, part in enumerate(gps[tag])) * (-1 if gps[side] in below else 1)
            for side, tag, below in ((1, 2, "Ss"), (3, 4, "Ww"))
        ]
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    sane = all(map(math.isfinite, degrees)) and abs(degrees[0]) <= 90 and abs(degrees[1]) <= 180  # noqa: PLR2004
    return Place(*(round(one, 6) for one in degrees)) if sane and any(degrees) else None


def _jpeg_end(data: bytes) -> int:
    """Return where the first picture ends: segments by their length, then scans up to the end marker."""
    at = 2
    while 0 <= at < len(data) - 3:
        if data[at] != 0xFF:  # noqa: PLR2004 — between markers, or within a scan
            at = data.find(b"\xff", at)
            continue
        marker = data[at + 1]
        if marker == 0xD9:  # noqa: PLR2004 — the end
            return at + 2
        alone = marker in {0x00, 0x01, 0xFF} or 0xD0 <= marker <= 0xD7  # noqa: PLR2004 — stuffing, restarts
        at += (1 if marker == 0xFF else 2) if alone else 2 + int.from_bytes(data[at + 2 : at + 4], "big")  # noqa: PLR2004
    return len(data)


def _png_end(data: bytes) -> int:
    at = 8
    while at < len(data) - 11:
        if data[at + 4 : at + 8] == b"IEND":
            return at + 12
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return len(data)


def _riff_end(data: bytes) -> int:
    length = int.from_bytes(data[4:8], "little")
    return 8 + length + length % 2


def _gif_end(data: bytes) -> int:
    """Return where it ends if it ends with its trailer, else the last place where it could have."""
    return len(data) if data.rstrip(b"\0").endswith(b";") else data.rfind(b"\0;") + 2


_ENDS = {"JPEG": _jpeg_end, "MPO": _jpeg_end, "PNG": _png_end, "WEBP": _riff_end, "GIF": _gif_end}
