"""A PDF (ISO 32000) of pictures and nothing else: no date, no name of a program, no identifier."""

from collections.abc import Sequence
from typing import NamedTuple

_LONGEST = 14_400  # points that a page may measure


class Sheet(NamedTuple):
    """A page: a JPEG, its pixels, its size on paper in points, and whether it has three colours or one."""

    jpeg: bytes
    pixels: tuple[int, int]
    points: tuple[float, float]
    grey: bool = False


def bound(sheets: Sequence[Sheet]) -> bytes:
    """Return the document."""
    return assembled(objects(sheets))


def objects(sheets: Sequence[Sheet]) -> list[bytes]:
    """Return what the document consists of: the catalogue, the list of pages, and three for each page."""
    kids = b" ".join(b"%d 0 R" % (3 * number + 3) for number in range(len(sheets)))
    listed = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(sheets), kids)]
    for number, sheet in enumerate(sheets):
        listed += _page(sheet, 3 * number + 3)
    return listed


def assembled(bodies: Sequence[bytes]) -> bytes:
    """Return a file of these objects, numbered from 1, of which the first is the catalogue."""
    whole, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(whole)


def _page(sheet: Sheet, first: int) -> tuple[bytes, bytes, bytes]:
    """Return the page, what it draws and the picture, numbered from `first`."""
    shrunk = min(1.0, _LONGEST / max(sheet.points))
    width, height = (max(3.0, side * shrunk) for side in sheet.points)
    content = b"%.2f 0 0 %.2f 0 0 cm /P Do" % (width, height)
    return (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</P %d 0 R>>>>>>"
        % (width, height, first + 1, first + 2),
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%b/BitsPerComponent 8"
        b"/Filter/DCTDecode/Length %d>>\nstream\n%b\nendstream"
        % (*sheet.pixels, b"DeviceGray" if sheet.grey else b"DeviceRGB", len(sheet.jpeg), sheet.jpeg),
    )
