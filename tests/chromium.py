"""Debian's Chromium: where it is and how it starts.

Without the windows of a desktop, which a new profile opens unseen: a page in one costs a second less.
"""

from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
