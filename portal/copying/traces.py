"""What an image says beside its pixels, so that its maker can be told what was removed; and where it was taken.

Nothing of this decides what the copy holds: the copy is made from pixels alone. Exif 2.32 (CIPA DC-008) names the tags.
"""

import math
from collections.abc import Mapping
from typing import Any

from PIL import Image

from portal.domain.evidence import Place, Removed

_EXIF, _GPS, _SMALL = 0x8769, 0x8825, 1
_TAGS = {
    Removed.TIME: {0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292},
    Removed.AUTHOR: {0x013B, 0x8298, 0x9C9D, 0xA430},
    Removed.WORDS: {0x010D, 0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F},
    Removed.SOFTWARE: {0x000B, 0x0131, 0x013C, 0x02BC, 0x83BB, 0x8649},
}
_STRUCTURE = {0x0100, 0x0101, 0x0112, 0x011A, 0x011B, 0x0128, 0x0213, _EXIF, _GPS} | {
    0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005}  # fmt: skip
_GPS_TIME = {7, 29}
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
_TIFF_ENDIAN = (b"II*\0", b"MM\0*")


def traces(image: Image.Image, data: bytes) -> tuple[set[Removed], Place | None]:
    """Say what the opened image, these bytes, has besides pixels."""
    found = {removed for name, removed in _INFO if image.info.get(name)}
    place = None
    try:
        exif = image.getexif()
        found |= _named(exif) | _named(exif.get_ifd(_EXIF))
        if exif.get_ifd(_SMALL):
            found.add(Removed.PREVIEW)
        gps = exif.get_ifd(_GPS)
        place = _place(gps)
        found |= ({Removed.PLACE} if gps.keys() - _GPS_TIME else set()) | (
            {Removed.TIME} if gps.keys() & _GPS_TIME else set()
        )
    except Exception:  # noqa: BLE001 — whatever a library makes of broken details: they are not in the copy
        found.add(Removed.UNREAD)
    found |= _in_xmp(image.info.get("xmp"))
    if getattr(image, "text", None):  # of a PNG
        found.add(Removed.WORDS)
    if image.format == "PNG" and b"tIME" in data:
        found.add(Removed.TIME)
    if getattr(image, "is_animated", False):
        found.add(Removed.FRAMES)
    end = ENDS.get(image.format or "", len)(data)
    if data[end:].strip(b"\0"):
        found.add(Removed.EXTRA)
    return found, place


def _named(tags: Mapping[int, Any]) -> set[Removed]:
    known = {tag: removed for removed, some in _TAGS.items() for tag in some}
    return {known.get(tag, Removed.CAMERA) for tag in tags if tag not in _STRUCTURE}


def _in_xmp(xmp: bytes | str | None) -> set[Removed]:
    packet = xmp.encode() if isinstance(xmp, str) else xmp or b""
    return {removed for word, removed in _IN_XMP if word in packet}


def _place(gps: Mapping[int, Any]) -> Place | None:
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


ENDS = {"JPEG": _jpeg_end, "MPO": _jpeg_end, "PNG": _png_end, "WEBP": _riff_end, "GIF": _gif_end}
