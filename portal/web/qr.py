"""A QR code as one path of an SVG drawn in the template: no inline style, no markup made elsewhere."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around it (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Picture:
    """Side in modules, and the path of the dark ones."""

    size: int
    path: str


def draw(text: str) -> Picture:
    """The picture of a text."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = 1
            while x + run < len(row) and row[x + run] == row[x]:
                run += 1
            if row[x]:
                parts.append(f"M{x + QUIET} {y + QUIET}h{run}v1h-{run}z")
            x += run
    return Picture(len(rows) + 2 * QUIET, "".join(parts))
