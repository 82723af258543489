"""What a file is, told by its first bytes against a short list; its name and what a browser calls it mean nothing.

What is on no list is refused, with a word for why where one can be given. Whatever else such a file may be read as,
this is what the portal treats it as: the decoder that is asked is the one for the kind told here.

Signatures: ISO/IEC 10918-1 (JPEG), W3C PNG, GIF89a, RFC 9649 (WebP), ISO/IEC 14496-12 and 23008-12 (MP4, HEIF), 3GPP
TS 26.244, RFC 9559 (Matroska), RFC 3533 (Ogg), RFC 9639 (FLAC), RFC 4867 (AMR), ISO/IEC 11172-3 (MP3), ISO/IEC 13818-7
(AAC), ISO 32000 (PDF), ECMA-376 (Office), GB/T 33190 (OFD), [MS-CFB] (older Office).
"""

import re
import zlib
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from portal.domain.errors import UnfitFileError
from portal.domain.evidence import Kind, Unfit

__all__ = ["HEAD", "TYPES", "FileType", "Kind", "Unfit", "recognise"]

HEAD = 8192  # bytes of a file that tell what it is


class FileType(NamedTuple):
    """The kind of a file, its media type, and the ending of the neutral name it is handed out under."""

    kind: Kind
    media: str
    ending: str


JPEG = FileType(Kind.IMAGE, "image/jpeg", "jpg")
PNG = FileType(Kind.IMAGE, "image/png", "png")
GIF = FileType(Kind.IMAGE, "image/gif", "gif")
WEBP = FileType(Kind.IMAGE, "image/webp", "webp")
HEIC = FileType(Kind.IMAGE, "image/heic", "heic")
AVIF = FileType(Kind.IMAGE, "image/avif", "avif")
PDF = FileType(Kind.PDF, "application/pdf", "pdf")
MP3 = FileType(Kind.AUDIO, "audio/mpeg", "mp3")
AAC = FileType(Kind.AUDIO, "audio/aac", "aac")
AMR = FileType(Kind.AUDIO, "audio/amr", "amr")
M4A = FileType(Kind.AUDIO, "audio/mp4", "m4a")
WAV = FileType(Kind.AUDIO, "audio/wav", "wav")
FLAC = FileType(Kind.AUDIO, "audio/flac", "flac")
OGG = FileType(Kind.AUDIO, "audio/ogg", "ogg")
OGV = FileType(Kind.VIDEO, "video/ogg", "ogv")
MP4 = FileType(Kind.VIDEO, "video/mp4", "mp4")
MOV = FileType(Kind.VIDEO, "video/quicktime", "mov")
THREE_GP = FileType(Kind.VIDEO, "video/3gpp", "3gp")
WEBM = FileType(Kind.VIDEO, "video/webm", "webm")
MKV = FileType(Kind.VIDEO, "video/x-matroska", "mkv")
AVI = FileType(Kind.VIDEO, "video/x-msvideo", "avi")
_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = FileType(Kind.OFFICE, f"{_OOXML}wordprocessingml.document", "docx")
XLSX = FileType(Kind.OFFICE, f"{_OOXML}spreadsheetml.sheet", "xlsx")
PPTX = FileType(Kind.OFFICE, f"{_OOXML}presentationml.presentation", "pptx")
OFD = FileType(Kind.OFFICE, "application/ofd", "ofd")
DOC = FileType(Kind.OFFICE, "application/msword", "doc")
XLS = FileType(Kind.OFFICE, "application/vnd.ms-excel", "xls")
PPT = FileType(Kind.OFFICE, "application/vnd.ms-powerpoint", "ppt")
OLE = FileType(Kind.OFFICE, "application/x-ole-storage", "doc")  # one of the three, its table of contents farther on

TYPES = MappingProxyType({one.media: one for one in tuple(globals().values()) if isinstance(one, FileType)})

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
    (b"ID3", MP3),
    (b"#!AMR", AMR),
    (b"fLaC", FLAC),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_AVIF_BRANDS = {b"avif", b"avis"}
_PICTURE_BRANDS = {b"mif1", b"msf1", b"miaf"}  # a picture, coded as the other brands say
_BRANDS = (
    (re.compile(rb"qt  "), MOV),
    (re.compile(rb"3g[p2s]."), THREE_GP),
    (re.compile(rb"M4[AB] "), M4A),
    (re.compile(rb"iso.|mp4.|avc1|M4V.|MSNV|dash|XAVC|kddi|mmp4|f4v ", re.IGNORECASE), MP4),
)
_OFFICE_PARTS = ((b"word/document", DOCX), (b"xl/workbook", XLSX), (b"ppt/presentation", PPTX))
_OLE_STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS), ("PowerPoint Document", PPT))
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe",
             b"dex\n", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00", b"\x00asm", b"<?php")  # fmt: skip
_ARCHIVES = (
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"\x1f\x9d",
)
_MARKUP = re.compile(rb"<(?:!doctype|!--|[a-z?])", re.IGNORECASE)
_LOCAL_FILE = b"PK\x03\x04"
_INFLATED = 65_536  # bytes that a list of contents may have


def recognise(head: bytes) -> FileType:
    """Tell what a file is by its first HEAD bytes. Raises UnfitFileError with the reason."""
    head = head[:HEAD]
    if not head:
        raise UnfitFileError(Unfit.EMPTY)
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    told = _contained(head) or _bare_audio(head)
    if told is None:
        raise UnfitFileError(_unfit(head))
    return told


def _contained(head: bytes) -> FileType | None:
    """Look into what holds other things."""
    for at, mark, look in _CONTAINERS:
        if head[at : at + len(mark)] == mark:
            return look(head)
    return None


def _riff(head: bytes) -> FileType | None:
    return _RIFF.get(head[8:12])


def _quicktime(_head: bytes) -> FileType:
    return MOV  # of before there were brands


def _matroska(head: bytes) -> FileType | None:
    return next((found for name, found in ((b"webm", WEBM), (b"matroska", MKV)) if name in head[:64]), None)


def _ogg(head: bytes) -> FileType:
    return OGV if any(codec in head for codec in (b"\x80theora", b"fishead\x00")) else OGG


def _iso_media(head: bytes) -> FileType | None:
    end = min(int.from_bytes(head[:4], "big"), 256)
    major, others = head[8:12], {head[at : at + 4] for at in range(16, end - 3, 4)}
    if major in _HEIC_BRANDS or (major in _PICTURE_BRANDS and others & _HEIC_BRANDS):
        return HEIC
    if major in _AVIF_BRANDS or (major in _PICTURE_BRANDS and others & _AVIF_BRANDS):
        return AVIF
    return next((found for brand, found in _BRANDS if brand.fullmatch(major)), None)


def _zip(head: bytes) -> FileType | None:
    """Tell an office file from other archives by the names in it, or by its list of contents."""
    names = [name for name, _ in _entries(head)]
    if any(name in {b"AndroidManifest.xml", b"META-INF/MANIFEST.MF", b"classes.dex"} for name in names):
        raise UnfitFileError(Unfit.PROGRAM)
    if b"OFD.xml" in names:
        return OFD
    known = b"\n".join(names)
    for name, body in _entries(head):
        if name == b"[Content_Types].xml":
            known += _inflated(body)
    if b"[Content_Types].xml" not in names and b"_rels/.rels" not in names:
        return None
    return next((found for part, found in _OFFICE_PARTS if part in known), None)


def _entries(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each file of the archive that begins here: its name, and what of its (packed) body lies within these bytes."""
    at = 0
    while (at := head.find(_LOCAL_FILE, at)) >= 0:
        length, extra = (
            int.from_bytes(head[at + 26 : at + 28], "little"),
            int.from_bytes(head[at + 28 : at + 30], "little"),
        )
        begin = at + 30 + length + extra
        yield head[at + 30 : at + 30 + length], head[begin:]
        at += 4


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(-15).decompress(body, _INFLATED)
    except zlib.error:
        return body[:_INFLATED]  # stored as it is


def _ole(head: bytes) -> FileType | None:
    """Tell by the names of the streams, or that their directory lies farther on, as it often does."""
    shift = int.from_bytes(head[30:32], "little")
    directory = (int.from_bytes(head[48:52], "little") + 1) << min(shift, 12)
    for stream, found in _OLE_STREAMS:
        if stream.encode("utf-16-le") + b"\x00\x00" in head:
            return found
    return OLE if directory >= len(head) >= HEAD else None


_CONTAINERS: tuple[tuple[int, bytes, Callable[[bytes], FileType | None]], ...] = (
    (0, b"RIFF", _riff),
    (4, b"ftyp", _iso_media),
    (4, b"moov", _quicktime),
    (4, b"mdat", _quicktime),
    (4, b"wide", _quicktime),
    (0, b"\x1aE\xdf\xa3", _matroska),
    (0, b"OggS", _ogg),
    (0, _LOCAL_FILE, _zip),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ole),
)


def _bare_audio(head: bytes) -> FileType | None:
    """Tell sound without a container by the fields of its first frame."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 — bits of a frame's head
        return None
    if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004
        return AAC
    version, layer, rate, sampling = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    sound = version != 1 and layer == 1 and rate not in {0, 15} and sampling != 3  # noqa: PLR2004
    return MP3 if sound else None


def _unfit(head: bytes) -> Unfit:
    """Find the word that helps whoever chose this file."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(_PROGRAMS) or text[:5].lower() in {b"@echo", b"<?php"}:
        return Unfit.PROGRAM
    if head.startswith((*_ARCHIVES, _LOCAL_FILE)) or head[257:262] == b"ustar":
        return Unfit.ARCHIVE
    if _MARKUP.match(text):
        return Unfit.DRAWING if b"<svg" in text.lower() else Unfit.WEB_PAGE
    return Unfit.TEXT if _is_text(text) else Unfit.UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):  # noqa: PLR2004 — control characters
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: max(len(head) - 4, 1)].decode(encoding, "strict")
        except UnicodeDecodeError as error:
            if error.end < len(head) - 8:
                continue
        return True
    return False
