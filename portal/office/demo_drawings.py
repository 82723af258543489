"""The invented files of a demonstration, drawn when it is made: a chained door, a notice, a tone.

The photograph says of itself what a telephone's does, so that one sees what a copy lacks; nobody is on it, and nothing
of it was ever taken.
"""

import math
import struct
import wave
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from types import MappingProxyType

SIZE = (960, 720)  # pixels of the photograph
PAGE = (620, 877)  # of a page of the notice
WALL, LEAF, DARK, STEEL, PAPER = (196, 200, 204), (126, 62, 44), (28, 26, 26), (176, 182, 190), (255, 255, 255)
MAKE, MODEL, SOFTWARE, TAKEN, GPS = 0x010F, 0x0110, 0x0131, 0x0132, 0x8825  # EXIF 2.32, 4.6
PLACE = {1: "N", 2: (42.0, 30.0, 0.0), 3: "E", 4: (127.0, 30.0, 0.0)}  # a wood
RATE, TONE = 8000, 440  # per second


def photo(at: datetime) -> bytes:
    """A door of two leaves with a chain before it, as a JPEG with place, time and telephone."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 — a portal that serves draws nothing

    picture = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 640, 960, 720), fill=(150, 150, 148))
    draw.rectangle((280, 90, 680, 650), fill=LEAF, outline=DARK, width=10)
    draw.line((480, 90, 480, 650), fill=DARK, width=6)
    for left in range(360, 580, 36):
        draw.ellipse((left, 360, left + 50, 394), outline=STEEL, width=9)
    draw.rounded_rectangle((452, 384, 508, 450), 8, fill=(190, 160, 60), outline=DARK, width=4)
    said = Image.Exif()
    for tag, value in (
        (MAKE, "Invented"),
        (MODEL, "Phone 1"),
        (SOFTWARE, "Camera 1"),
        (TAKEN, f"{at:%Y:%m:%d %H:%M:%S}"),
    ):
        said[tag] = value
    said[GPS] = PLACE
    out = BytesIO()
    picture.save(out, "JPEG", quality=80, exif=said)
    return out.getvalue()


def notice(at: datetime) -> bytes:
    """Two pages of lines where words would be, as a PDF that names an author."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    pages = []
    for lines in (24, 9):
        page = Image.new("L", PAGE, 255)
        draw = ImageDraw.Draw(page)
        draw.rectangle((180, 70, 440, 92), fill=40)
        for line in range(lines):
            draw.rectangle((80, 140 + 26 * line, 540 - 37 * (line % 4), 150 + 26 * line), fill=120)
        pages.append(page)
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], author="Invented", creationDate=at.timetuple())
    return out.getvalue()


def sound(_at: datetime) -> bytes:
    """A second of one tone."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        waves = (int(6000 * math.sin(2 * math.pi * TONE * step / RATE)) for step in range(RATE))
        file.writeframes(b"".join(struct.pack("<h", one) for one in waves))
    return out.getvalue()


DRAWN: Mapping[str, Callable[[datetime], bytes]] = MappingProxyType({"photo": photo, "notice": notice, "sound": sound})
