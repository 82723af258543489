"""`python bench/harness.py ROW`: measure one row of what the portal must reach, with its floor in the same run.

Prints one JSON line: the figures, those of the floor, and the ratios. Server and client share the machine's cores.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import server
from bench.server import Server

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
CLIENTS = 16


def percentile(times: list[float], share: float) -> float:
    """The value below which this share of the times lies."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def drive(port: int, clients: int, each: int) -> tuple[float, list[float]]:
    """Clients in a process of their own: (seconds, times)."""
    command = [sys.executable, str(ROOT / "bench/client.py"), str(port), str(clients), str(each)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said["seconds"], said["times"]


def submissions(target: Server) -> dict[str, float]:
    """CPU and p95 with one client, rate with sixteen."""
    drive(target.port, 4, 25)  # warm
    before = target.cpu()
    _, alone = drive(target.port, 1, 300)
    cpu = (target.cpu() - before) / 300
    seconds, together = drive(target.port, CLIENTS, 60)
    return {
        "cpu_ms": round(cpu * 1000, 2),
        "p50_ms": round(percentile(alone, 0.5) * 1000, 2),
        "p95_ms": round(percentile(alone, 0.95) * 1000, 2),
        "per_second": round(len(together) / seconds, 1),
        "p95_ms_at_16": round(percentile(together, 0.95) * 1000, 2),
        "memory_mb": round(target.memory() / 1e6, 1),
        "start_s": round(target.first_answer, 2),
    }


def submission(home: Path) -> dict[str, object]:
    """GET form + POST of about 1 KB, identity filled in, all sealed, with its ledger entry."""
    subprocess.run(
        [sys.executable, "-m", "portal", "demo"], env={**os.environ, "PORTAL_HOME": str(home / "portal")}, check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    found = {}
    for name, target in (
        ("portal", server.portal(home / "portal", PORTAL_WORKERS=str(WORKERS))),
        ("floor", server.floor(home, WORKERS)),
    ):
        try:
            found[name] = submissions(target)
        finally:
            target.stop()
    ours, floor = found["portal"], found["floor"]
    ratios = {name: round(ours[name] / floor[name], 2) for name in ("cpu_ms", "p95_ms", "per_second")}
    return {"row": "submission", "engine": "sqlite", "workers": WORKERS, **found, "ratio": ratios}


ROWS: dict[str, Callable[[Path], dict[str, object]]] = {"submission": submission}


def main() -> None:
    """Measure the rows named, all of them by default."""
    for name in sys.argv[1:] or list(ROWS):
        if name not in ROWS:
            raise SystemExit(f"no such row: {name}; there are: {', '.join(ROWS)}")
        home = Path(tempfile.mkdtemp(prefix="bench-"))
        try:
            print(json.dumps(ROWS[name](home)), flush=True)
        finally:
            shutil.rmtree(home)


if __name__ == "__main__":
    main()
