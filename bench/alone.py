"""Rows that ask no page of a signed-in person: verifying, the form's weight and paint, starting, memory."""

import hashlib
import os
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright

from bench import fill
from bench.home import WORKERS, Home
from bench.submitting import drive
from tests.chromium import ARGUMENTS, CHROMIUM

STARTS = 5
LEAF = bytes(400)
ENTRIES_A_CASE = 50
# What a phone has far from the city.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 96_000}
PAINT = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
  .observe({type: "largest-contentful-paint", buffered: true}))"""
WEIGHT = """() => performance.getEntries().filter(one => ["navigation", "resource"].includes(one.entryType))
  .map(one => [new URL(one.name).pathname, one.transferSize])"""


def verify(home: Home, size: int) -> dict[str, object]:
    """`portal audit verify` over so many entries and a case for every fifty, without and with `--deep`.

    The floor hashes as many openings. CPU is that of all processes: on a machine that is shared it says more than time.
    """
    began = time.perf_counter()
    with home.opened() as (store, house):
        fill.cases(store, house, size // ENTRIES_A_CASE)
        fill.entries(store, house, size - fill.size(store))
    filled = time.perf_counter() - began
    home.sign()
    floor = hashing(size)
    figures = {name: _verified(home, *given) for name, given in (("default", ()), ("deep", ("--deep",)))}
    ratios = {name: round(one["cpu_s"] / floor, 1) for name, one in figures.items()}
    return {"filled_s": round(filled, 1), "portal": figures, "floor": {"sha256_s": round(floor, 2)}, "ratio": ratios}


def hashing(size: int) -> float:
    """CPU seconds to hash so many openings: whoever reads entries does at least that."""
    began = time.process_time()
    for _ in range(size):
        hashlib.sha256(LEAF).digest()
    return time.process_time() - began


def _verified(home: Home, *given: str) -> dict[str, float]:
    """Seconds, CPU of all processes, and what the largest held at most."""
    command = [sys.executable, "-m", "portal", "audit", "verify", *given]
    began = time.perf_counter()
    run = subprocess.Popen(command, env={**os.environ, **home.environ}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(run.pid, 0)  # of the process and of those it waited for
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise SystemExit("the ledger does not hold")
    seconds, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    return {"seconds": round(seconds, 2), "cpu_s": round(cpu, 2), "rss_mb": round(used.ru_maxrss * 1024 / 1e6)}


def form(home: Home, _: int) -> dict[str, object]:
    """The report form on a first visit over a slow network: bytes, requests, largest paint."""
    with home.served() as target, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        drive(target.port, 1, 3)  # warm
        paints, weight = [], []
        for _ in range(STARTS):
            page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
            session = page.context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", NETWORK)
            page.goto(f"http://127.0.0.1:{target.port}/report")
            paints.append(page.evaluate(PAINT))
            weight = page.evaluate(WEIGHT)
            page.context.close()
        browser.close()
    figures = {
        "bytes": sum(size for _, size in weight),
        "requests": sum(size > 0 for _, size in weight),  # what lay in the browser's memory crossed no network
        "each": weight,
        "paint_ms": round(sorted(paints)[STARTS // 2]),
    }
    floor = 2 * NETWORK["latency"] + figures["bytes"] / NETWORK["downloadThroughput"] * 1000
    return {
        "portal": figures,
        "floor": {"network_ms": round(floor)},  # two round trips, for page and style, and the bytes
        "ratio": round(figures["paint_ms"] / floor, 2),
    }


def start(home: Home, _: int) -> dict[str, object]:
    """From the command to the first answer; memory of all processes after some reports."""
    ours, floors = [], []
    for _ in range(STARTS):
        with home.served() as target:
            ours.append(target.first_answer)
            drive(target.port, 4, 25)
            memory = target.memory()
        with home.floor() as target:
            floors.append(target.first_answer)
            drive(target.port, 4, 25)
            bare = target.memory()
    start_s, floor_s = sorted(ours)[STARTS // 2], sorted(floors)[STARTS // 2]
    return {
        "workers": WORKERS,
        "portal": {"start_s": round(start_s, 2), "memory_mb": round(memory / 1e6, 1)},
        "floor": {"start_s": round(floor_s, 2), "memory_mb": round(bare / 1e6, 1)},
        "ratio": {"start": round(start_s / floor_s, 2), "memory": round(memory / bare, 2)},
    }
