"""One font of this system with Chinese, Japanese and Korean in it, lent to PDFium from memory.

Documents of offices often name a font (宋体, SimSun) without carrying it. PDFium would look for one among the system's
files, which a confined process cannot open, and draw nothing; so one is mapped before the lock.
"""

import ctypes
import mmap

from pypdfium2 import raw

from portal.copying import typefaces

_CHARSETS = {
    *(raw.FXFONT_GB2312_CHARSET, raw.FXFONT_CHINESEBIG5_CHARSET),
    *(raw.FXFONT_SHIFTJIS_CHARSET, raw.FXFONT_HANGEUL_CHARSET),
}
_COLLECTION, _WHOLE = 0x74746366, 0  # the tables that PDFium asks for: "ttcf", and everything from the face's beginning
_HANDLE = 1
_FIELDS = dict(raw.FPDF_SYSFONTINFO._fields_)


def lend() -> tuple[object, ...]:
    """Lend the font, or nothing where there is none; what is returned must live as long as the process."""
    path = typefaces.found()
    if path is None:
        return ()
    with path.open("rb") as file:
        font = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    lender = _lender(font, _beginning(font, typefaces.face(path)))
    raw.FPDF_SetSystemFontInfo(ctypes.byref(lender))
    return (lender,)


def _beginning(font: mmap.mmap, face: int) -> int:
    """Return where a face's tables begin: 0 unless the file is a collection (OpenType, "TTC Header")."""
    if font[:4] != b"ttcf":
        return 0
    at = 12 + 4 * min(face, int.from_bytes(font[8:12], "big") - 1)
    return int.from_bytes(font[at : at + 4], "big")


def _lender(font: mmap.mmap, beginning: int) -> raw.FPDF_SYSFONTINFO:
    address = ctypes.addressof(ctypes.c_char.from_buffer(font))

    def map_font(_own: object, _weight: int, _italic: int, charset: int, *_more: object) -> int | None:
        return _HANDLE if charset in _CHARSETS else None

    def get_data(_own: object, _font: object, table: int, buffer: int | None, room: int) -> int:
        if table == _COLLECTION and beginning:
            start = 0
        elif table == _WHOLE:
            start = beginning
        else:
            return 0
        length = len(font) - start
        if buffer and room >= length:
            ctypes.memmove(buffer, address + start, length)
        return length

    return raw.FPDF_SYSFONTINFO(
        version=1,
        Release=_FIELDS["Release"](lambda _own: None),
        EnumFonts=_FIELDS["EnumFonts"](lambda _own, _mapper: None),
        MapFont=_FIELDS["MapFont"](map_font),
        GetFont=_FIELDS["GetFont"](lambda _own, _face: None),
        GetFontData=_FIELDS["GetFontData"](get_data),
        GetFaceName=_FIELDS["GetFaceName"](lambda _own, _font, _buffer, _room: 0),
        GetFontCharset=_FIELDS["GetFontCharset"](lambda _own, _font: raw.FXFONT_GB2312_CHARSET),
        DeleteFont=_FIELDS["DeleteFont"](lambda _own, _font: None),
    )
