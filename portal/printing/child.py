"""The child: loads typst and a font, confines itself, reads one page from its input, writes the PDF, and ends."""

import os
import sys
import warnings

from portal.copying import sandbox
from portal.printing.ends import End, UnmadeError

MOST_BYTES = 10_000_000  # of a PDF
_PIECE = 1 << 16


def main() -> None:
    """Run `python -m portal.printing PARENT`."""
    warnings.simplefilter("ignore")  # nobody would read them
    sys.exit(_run(int(sys.argv[1])))


def _run(parent: int) -> End:
    os.environ["RAYON_NUM_THREADS"] = "1"  # each thread takes addresses, of which there are few, and pages are short
    try:
        sandbox.limit(parent)
        from portal.printing.press import Press  # noqa: PLC0415 — an extra, under the limits

        press = Press()
        sandbox.lock(MOST_BYTES)
        made = press.make(_read())
    except (sandbox.UnconfinedError, ImportError):
        return End.UNAVAILABLE
    except UnmadeError as error:
        return error.end
    except Exception:  # noqa: BLE001 — its text would be the page's
        return End.BROKEN
    _write(made)
    return End.MADE


def _read() -> bytes:
    whole = bytearray()
    while piece := os.read(0, _PIECE):
        whole += piece
    return bytes(whole)


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]
