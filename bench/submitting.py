"""The first row: what sending a report costs, and how many can be received."""

import json
import subprocess
import sys
from pathlib import Path

from bench.home import WORKERS, Home
from bench.server import Server

ROOT = Path(__file__).resolve().parent.parent
ALONE, CLIENTS, EACH = 300, 16, 60


def percentile(times: list[float], share: float) -> float:
    """The value below which this share of the times lies."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def drive(port: int, clients: int, each: int) -> tuple[float, list[float]]:
    """Clients in a process of their own: (seconds, times)."""
    command = [sys.executable, str(ROOT / "bench/client.py"), str(port), str(clients), str(each)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said["seconds"], said["times"]


def submissions(target: Server, alone: int = ALONE, each: int = EACH) -> dict[str, float]:
    """CPU and p95 with one client, rate with sixteen."""
    drive(target.port, 4, 1 + alone // 12)  # warm
    before = target.cpu()
    _, times = drive(target.port, 1, alone)
    cpu = (target.cpu() - before) / alone
    seconds, together = drive(target.port, CLIENTS, each)
    return {
        "cpu_ms": round(cpu * 1000, 2),
        "p50_ms": round(percentile(times, 0.5) * 1000, 2),
        "p95_ms": round(percentile(times, 0.95) * 1000, 2),
        "per_second": round(len(together) / seconds, 1),
        "p95_ms_at_16": round(percentile(together, 0.95) * 1000, 2),
        "memory_mb": round(target.memory() / 1e6, 1),
        "start_s": round(target.first_answer, 2),
    }


def submission(home: Home, _: int) -> dict[str, object]:
    """GET form + POST of about 1 KB, identity filled in, all sealed, with its ledger entry."""
    with home.served() as target:
        ours = submissions(target)
    with home.floor() as target:
        floor = submissions(target)
    ratios = {name: round(ours[name] / floor[name], 2) for name in ("cpu_ms", "p95_ms", "per_second")}
    return {"workers": WORKERS, "portal": ours, "floor": floor, "ratio": ratios}
