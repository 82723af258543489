"""A PDF (ISO 32000) of pictures and nothing else: no date, no name of a program, no identifier."""

from collections.abc import Sequence
from typing import Protocol

_LONGEST = 14_400  # points that a page may measure


class Sheet(Protocol):
    """A page: a JPEG in three colours or grey, its pixels, its points."""

    @property
    def jpeg(self) -> bytes: ...  # noqa: D102
    @property
    def pixels(self) -> tuple[int, int]: ...  # noqa: D102
    @property
    def points(self) -> tuple[float, float]: ...  # noqa: D102
    @property
    def grey(self) -> bool: ...  # noqa: D102


def bound(sheets: Sequence[Sheet]) -> bytes:
    """Return the document."""
    kids = b" ".join(b"%d 0 R" % (3 * number + 3) for number in range(len(sheets)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(sheets), kids)]
    for number, sheet in enumerate(sheets):
        objects += _page(sheet, 3 * number + 3)
    whole, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    whole += b"".join(b"%010d 00000 n \n" % place for place in places)
    whole += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
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
