"""Copies of documents: pages drawn anew and bound anew; what nobody sees is not in them."""

import json
import subprocess
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from portal.copying import binding, pdf
from portal.copying.made import UnmadeError
from portal.domain.evidence import Kept, Removed
from tests import cameras
from tests.cameras import CANARY, document, picture, saved

pytestmark = pytest.mark.sqlite

STRUCTURE = {"SourceFile", "ExifTool:ExifToolVersion", "PDF:PDFVersion", "PDF:Linearized", "PDF:PageCount"} | {
    f"File:{tag}" for tag in ("FileType", "FileTypeExtension", "MIMEType")}  # fmt: skip
BUSY = (
    b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)>>]>>>>"
    b"/AcroForm<</Fields[]>>"
)


def why(data):
    with pytest.raises(UnmadeError) as refused:
        list(pdf.make(data).pieces)
    return refused.value.why


def made(data):
    copy = pdf.make(data)
    *pages, whole = copy.pieces
    return copy, pages, whole


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A document with an author, dates, XMP, a program, a photo with its own Exif, and another file behind its end."""
    folder = tmp_path_factory.mktemp("told")
    photo = cameras.tell_everything(folder, {"a.jpg": saved(picture((300, 400)), "JPEG")})["a.jpg"]
    catalogue, *others = binding.objects([binding.Sheet(photo, (300, 400), (300, 400))])
    busy = catalogue.replace(b"/Type/Catalog", b"/Type/Catalog" + BUSY)
    (folder / "a.pdf").write_bytes(binding.assembled([busy, *others]))
    said = [f"-{tag}={CANARY}" for tag in ("Author", "Title", "Creator", "Producer", "Keywords", "XMP-dc:Creator")]
    command = ["exiftool", "-q", "-m", "-overwrite_original", *said, "-CreateDate=2026:11:02 03:04:05"]
    subprocess.run([*command, str(folder / "a.pdf")], check=True)
    return (folder / "a.pdf").read_bytes() + f"\nPK\x03\x04{CANARY}".encode() * 9


def test_a_document_says_what_it_had(told):
    assert told.count(CANARY.encode()) > 9
    assert set(pdf.make(told).removed) >= {
        *(Removed.AUTHOR, Removed.WORDS, Removed.SOFTWARE, Removed.TIME, Removed.CAMERA),
        *(Removed.ACTIONS, Removed.ATTACHED, Removed.TEXT, Removed.EXTRA),
    }


def test_exiftool_finds_nothing_but_structure_in_the_copy(told, tmp_path):
    _, _, whole = made(told)
    (tmp_path / "copy.pdf").write_bytes(whole.data)
    command = ["exiftool", "-j", "-a", "-G", "-U", "-ee", "-x", "System:All", str(tmp_path / "copy.pdf")]
    (found,) = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert set(found) <= STRUCTURE
    for trace in (
        CANARY.encode(),
        b"/Info",
        b"/ID",
        b"/Metadata",
        b"/OpenAction",
        b"/JS",
        b"/Names",
        b"Exif",
        b"/Font",
    ):
        assert trace not in whole.data, trace


def test_pages_look_as_before(told):
    _, (page,), whole = made(told)
    seen = picture().resize((8, 8)).get_flattened_data()
    drawn = pypdfium2.PdfDocument(whole.data)[0].render(scale=0.5).to_pil().convert("RGB")
    for shown in (Image.open(BytesIO(page.data)), drawn):
        pairs = zip(seen, shown.resize((8, 8)).get_flattened_data(), strict=True)
        assert all(abs(one - other) < 24 for pair in pairs for one, other in zip(*pair, strict=True))


def test_words_under_a_black_bar_are_gone():
    bar = b"BT /F 20 Tf 20 50 Td (SECRET) Tj ET 0 g 0 0 300 100 re f"
    hidden = cameras.page_of(bar, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    assert "SECRET" in pypdfium2.PdfDocument(hidden)[0].get_textpage().get_text_bounded()
    _, (page,), whole = made(hidden)
    assert pypdfium2.PdfDocument(whole.data)[0].get_textpage().get_text_bounded() == ""
    assert max(Image.open(BytesIO(page.data)).convert("L").getextrema()) < 16


def test_a_grey_page_takes_grey_pixels_and_keeps_its_size_on_paper():
    sheet = binding.Sheet(saved(picture((30, 40)).convert("L"), "JPEG"), (30, 40), (595.3, 841.9), grey=True)
    _, (page,), whole = made(binding.bound([sheet]))
    assert Image.open(BytesIO(page.data)).mode == "L"
    assert pypdfium2.PdfDocument(whole.data)[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1)


def test_a_sheet_of_any_size_is_drawn_within_bounds():
    for points in ((1, 1), (14_400, 14_400), (14_400, 3), (3, 14_400)):
        _, (page,), whole = made(document(points=points))
        wide, high = Image.open(BytesIO(page.data)).size
        assert wide <= pdf.WIDTH
        assert wide * high <= pdf.PIXELS
        assert len(pypdfium2.PdfDocument(whole.data)) == 1


def test_twenty_pages_are_shown_and_all_of_them_bound(monkeypatch):
    monkeypatch.setattr(pdf, "WIDTH", 100)
    copy, pages, whole = made(document(23))
    assert [page.position for page in pages] == list(range(1, 21))
    assert len(pypdfium2.PdfDocument(whole.data)) == 23
    assert copy.place is None


def test_too_many_pages_or_too_much_on_them_is_said(monkeypatch):
    assert why(document(101)) is Kept.TOO_LARGE
    monkeypatch.setattr(pdf, "MOST_DRAWN", 1000)
    assert why(document()) is Kept.TOO_LARGE


def test_a_document_with_a_password_is_said():
    secret = b"<</Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -4>>" % (b"o" * 32, b"u" * 32)
    assert why(document().replace(b"/Root 1 0 R", b"/Root 1 0 R/ID[(a)(a)]/Encrypt" + secret)) is Kept.PROTECTED


@pytest.mark.parametrize("broken", [b"%PDF-1.4\n", b"%PDF-1.4\n<html>", document()[:200], document(0)])
def test_what_is_no_document_is_said(broken):
    assert why(broken) is Kept.BROKEN
