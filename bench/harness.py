"""`python bench/harness.py [ROW …] [--engine sqlite|postgresql] [--size N …]`: what the portal must reach, measured.

Prints one JSON line per row, engine and size: the figures, those of a floor of the same run, and the ratios. Server,
database and client share the machine's cores.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import alone, blobs, evidence, keys, ledger, marks, pages, register, rewarding, submitting, ticking
from bench.home import Home
from tests.postgres import Postgres

SIZE = 1000
ROWS = {
    "submission": submitting.submission,
    "mailbox": pages.mailbox,
    "queue": pages.queue,
    "views": pages.views,
    "case": pages.case,
    "search": marks.search,
    "duplicates": marks.duplicates,
    "ledger": ledger.ledger,
    "register": register.register,
    "sign-in": pages.sign_in,
    "verify": alone.verify,
    "form": alone.form,
    "entry": ledger.entry,
    "start": alone.start,
    "tick": ticking.tick,
    "turn": keys.turn,
    "release": keys.release,
    "blobs": blobs.blobs,
    "evidence": evidence.evidence,
    "slow": evidence.slow,
    "rewards": rewarding.rewards,
}
SMALL = frozenset(
    {"submission", "form", "entry", "start", "sign-in", "release", "blobs", "evidence", "slow", "rewards"}
)  # what no store's size changes
ALONE = SMALL | {
    "verify",
    "tick",
    "register",
}  # in a home of its own; the others share one, which grows from size to size


def measure(name: str, size: int, home: Home) -> dict[str, object]:
    """One row in one home."""
    engine = "postgresql" if home.database else "sqlite"
    return {"row": name, "engine": engine, **({} if name in SMALL else {"size": size}), **ROWS[name](home, size)}


def measured(
    names: Sequence[str], sizes: Sequence[int], server: Postgres | None, keep: Path | None
) -> Iterator[dict[str, object]]:
    """Every row asked for on one engine, at every size that matters to it."""
    with ExitStack() as folders:

        def home(path: Path | None = None) -> Home:
            folder = folders.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            return Home.demo(path or Path(folder) / "portal", server)

        shared = home(keep) if keep or set(names) - ALONE else None
        for size in sorted(sizes):
            for name in names:
                if name not in SMALL or size == min(sizes):
                    apart = name in SMALL or (name in ALONE and keep is None)
                    yield measure(name, size, home() if shared is None or apart else shared)


def main() -> None:
    """Measure the rows named, all of them by default."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    asked.add_argument("--engine", action="append", choices=["sqlite", "postgresql"], help="both by default")
    asked.add_argument("--size", action="append", type=int, help=f"cases, or entries to verify; {SIZE} by default")
    asked.add_argument("--keep", type=Path, help="a home to fill once and measure often (SQLite)")
    given = asked.parse_args()
    if given.keep:
        given.engine = ["sqlite"]
    if unknown := [name for name in given.rows if name not in ROWS]:
        raise SystemExit(f"no such row: {unknown[0]}; there are: {', '.join(ROWS)}")
    for engine in given.engine or ["sqlite", "postgresql"]:
        server = Postgres.start(durable=True) if engine == "postgresql" else None
        try:
            for said in measured(given.rows or list(ROWS), given.size or [SIZE], server, given.keep):
                print(json.dumps(said), flush=True)
        finally:
            if server is not None:
                server.stop()


if __name__ == "__main__":
    main()
