"""A document made anew: each page drawn as a picture, and a new document bound from these pictures alone.

Cleaning a PDF instead would leave what nobody sees: words under a black bar, earlier versions, layers, what cameras
wrote into embedded photos, names in fonts. What is lost is that words can be selected (decision 032).
"""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops, JpegImagePlugin  # noqa: F401 — loaded before the lock
from pypdfium2 import raw

from portal.copying import binding, fonts
from portal.copying.binding import Sheet
from portal.copying.made import Copy, Piece, UnmadeError
from portal.domain.evidence import Kept, Removed

CHINESE = "PDF/CJK"
LENT: list[object] = []  # PDFium holds its address as long as this process lives
MOST_PAGES = 100
SHOWN = 20  # pages that are handed out as pictures too
WIDTH = 1240  # A4 at 150 dots per inch
LONGEST = 8000
PIXELS = 4_000_000
MOST_DRAWN = 60_000_000  # bytes of all pictures
QUALITY = 80
_AFTER_END = 64  # bytes that may follow the end: line ends, mostly
_IN_INFO = (
    ("Author", Removed.AUTHOR),
    ("Title", Removed.WORDS),
    ("Subject", Removed.WORDS),
    ("Keywords", Removed.WORDS),
    ("Creator", Removed.SOFTWARE),
    ("Producer", Removed.SOFTWARE),
    ("CreationDate", Removed.TIME),
    ("ModDate", Removed.TIME),
)
_IN_BYTES = (
    (b"<?xpacket", Removed.SOFTWARE),
    (b"Exif\0\0", Removed.CAMERA),  # within an embedded photo
    (b"/JavaScript", Removed.ACTIONS),
    (b"/JS", Removed.ACTIONS),
    (b"/OpenAction", Removed.ACTIONS),
    (b"/Launch", Removed.ACTIONS),
    (b"/URI", Removed.ACTIONS),
    (b"/EmbeddedFile", Removed.ATTACHED),
)


def load() -> None:
    """Borrow a font and draw a page once: later nothing can be loaded."""
    LENT.extend(fonts.lend())
    sheet = BytesIO()
    Image.new("L", (8, 8), 255).save(sheet, "JPEG")
    for _ in make(binding.bound([Sheet(sheet.getvalue(), (8, 8), (8, 8), grey=True)])).pieces:
        pass


def reads() -> tuple[str, ...]:
    """Name the format, and whether documents without their own Chinese font can be drawn."""
    return ("PDF", CHINESE) if LENT else ("PDF",)


def make(data: bytes) -> Copy:
    """Make the copy. Raises UnmadeError, or whatever the library raises."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        protected = raw.FPDF_GetLastError() in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise UnmadeError(Kept.PROTECTED if protected else Kept.BROKEN) from None
    if not len(document):
        raise UnmadeError(Kept.BROKEN)
    if len(document) > MOST_PAGES:
        raise UnmadeError(Kept.TOO_LARGE)
    return Copy(_pieces(document), frozenset(_traces(document, data)))


def _pieces(document: pypdfium2.PdfDocument) -> Iterator[Piece]:
    pages: list[Sheet] = []
    for number in range(len(document)):
        pages.append(_drawn(document, number))
        if number < SHOWN:
            yield Piece("page", number + 1, "image/jpeg", pages[-1].jpeg)
        if sum(len(page.jpeg) for page in pages) > MOST_DRAWN:
            raise UnmadeError(Kept.TOO_LARGE)
    yield Piece("copy", 1, "application/pdf", binding.bound(pages))


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Sheet:
    with closing(document[number]) as page:
        width, height = (max(1.0, side) for side in page.get_size())
        scale = min(WIDTH / width, LONGEST / height, (PIXELS / (width * height)) ** 0.5)
        with closing(page.render(scale=scale)) as bitmap:
            picture = bitmap.to_pil().convert("RGB")
    grey = picture.mode == "RGB" and _is_grey(picture)
    out = BytesIO()
    (picture.convert("L") if grey else picture).save(out, "JPEG", quality=QUALITY)
    return Sheet(out.getvalue(), picture.size, (width, height), grey=grey)


def _is_grey(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    return not (ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox())


def _traces(document: pypdfium2.PdfDocument, data: bytes) -> Iterator[Removed]:
    yield Removed.TEXT
    said = document.get_metadata_dict(skip_empty=True)
    yield from (removed for name, removed in _IN_INFO if name in said)
    yield from (removed for word, removed in _IN_BYTES if word in data)
    if raw.FPDFDoc_GetAttachmentCount(document) > 0:
        yield Removed.ATTACHED
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        yield Removed.ACTIONS
    if len(data) - data.rfind(b"%%EOF") > _AFTER_END:
        yield Removed.EXTRA
