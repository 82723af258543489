"""`python bench/harness.py [ROW …] [--engine sqlite|postgresql] [--size N]`: what the portal must reach, measured.

Prints one JSON line per row and engine: the figures, those of a floor of the same run, and the ratios. Server, database
and client share the machine's cores.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import alone, pages, submitting
from bench.home import Home
from tests.postgres import Postgres

SIZE = 1000
ROWS = {
    "submission": submitting.submission,
    "mailbox": pages.mailbox,
    "queue": pages.queue,
    "case": pages.case,
    "sign-in": pages.sign_in,
    "verify": alone.verify,
    "form": alone.form,
    "start": alone.start,
}
SMALL = frozenset({"submission", "form", "start"})  # what no store's size changes


def measure(name: str, engine: str, size: int, server: Postgres | None, keep: Path | None) -> dict[str, object]:
    """One row on one engine, in a home of its own, or in one that is kept."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        home = Home.demo(keep or folder / "portal", server)
        said = {"row": name, "engine": engine, **({} if name in SMALL else {"size": size})}
        return {**said, **ROWS[name](home, size)}
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measure the rows named, all of them by default."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    asked.add_argument("--engine", action="append", choices=["sqlite", "postgresql"], help="both by default")
    asked.add_argument("--size", type=int, default=SIZE, help="cases, or entries to verify")
    asked.add_argument("--keep", type=Path, help="a home to fill once and measure often (SQLite)")
    given = asked.parse_args()
    if given.keep:
        given.engine = ["sqlite"]
    if unknown := [name for name in given.rows if name not in ROWS]:
        raise SystemExit(f"no such row: {unknown[0]}; there are: {', '.join(ROWS)}")
    for engine in given.engine or ["sqlite", "postgresql"]:
        server = Postgres.start(durable=True) if engine == "postgresql" else None
        try:
            for name in given.rows or ROWS:
                print(json.dumps(measure(name, engine, given.size, server, given.keep)), flush=True)
        finally:
            if server is not None:
                server.stop()


if __name__ == "__main__":
    main()
