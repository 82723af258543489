"""Which file of this system holds a font with Chinese, Japanese and Korean in it, and which of its faces is ours."""

import os
from pathlib import Path
from types import MappingProxyType

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
WANTED = (  # the first that is there
    *(
        "notosanscjk-regular.ttc",
        "notoserifcjk-regular.ttc",
        "notosanscjksc-regular.otf",
        "sourcehansanssc-regular.otf",
    ),
    *("wqy-microhei.ttc", "wqy-zenhei.ttc", "droidsansfallbackfull.ttf", "simsun.ttc", "simsun.ttf"),
)
SIMPLIFIED = MappingProxyType({"notosanscjk-regular.ttc": 2, "notoserifcjk-regular.ttc": 2})  # in their collections


def found() -> Path | None:
    """Return the font's file."""
    names = {}
    for folder in FOLDERS:
        for place, _, files in os.walk(folder):
            names.update({name.lower(): Path(place, name) for name in files})
    return next((names[name] for name in WANTED if name in names), None)


def face(font: Path) -> int:
    """Return which face of its file is the one for simplified Chinese: the first, unless it is a collection we know."""
    return SIMPLIFIED.get(font.name.lower(), 0)
