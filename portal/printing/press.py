"""typst, a font of this system, and our one document: from a page's words to a PDF for archives (PDF/A-2a, PDF/UA-1).

PDF/A admits no character without a picture, so what no font has is an error and never a square. The words reach the
document as data (`sys.inputs`) and are nowhere read as its language.
"""

import json
from pathlib import Path
from typing import Final

import typst

from portal.copying import typefaces
from portal.printing.ends import End, UnmadeError

HERE: Final = Path(__file__).resolve().parent
SOURCE: Final = (HERE / "page.typ").read_bytes()
FIRST: Final = {"title": "哨", "language": "zh-Hans", "day": "2026-01-01", "parts": [{"kind": "said", "text": "音"}]}
_SQUARE: Final = "could not be displayed"


class Press:
    """Loaded once; later nothing can be. Raises UnmadeError where there is no font."""

    def __init__(self) -> None:
        font = typefaces.found()
        if font is None:
            raise UnmadeError(End.NO_FONT)
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(font.parent)])
        place = (str(font), typefaces.face(font))
        family = next((one.family for one in fonts.fonts() if (one.path, one.index) == place), None)
        if family is None:
            raise UnmadeError(End.NO_FONT)
        self._family = family
        self._compiler = typst.Compiler(SOURCE, root=str(HERE), font_paths=fonts, ignore_system_fonts=True)
        self.make(json.dumps(FIRST).encode())  # both weights are read with it

    def make(self, page: bytes) -> bytes:
        """Make the PDF of a page as JSON. Raises UnmadeError, typst.TypstError."""
        said = {"page": page.decode(), "family": self._family}
        try:
            made = self._compiler.compile(
                SOURCE, format="pdf", sys_inputs=said, pdf_standards=["a-2a", "ua-1"], timestamp=0
            )
        except typst.TypstError as error:
            if _SQUARE in error.message:
                raise UnmadeError(End.NO_GLYPH) from None
            raise
        assert isinstance(made, bytes)  # noqa: S101 — a PDF is one file
        return made
