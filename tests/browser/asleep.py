"""`portal run` on a machine that was asleep now and then: its clocks are ahead of ours by what a file says.

It is the command as it is but for the clock it is handed: an hour passes for requests, the tick and the signer alike,
and gunicorn, whose own clock stands still while a machine sleeps, goes on as it does after a real night.
"""

import os
from datetime import timedelta
from pathlib import Path

from portal.jobs import MACHINE, Clock
from portal.serving import serve
from portal.settings import Settings

SLEPT = "SLEPT"


def slept() -> float:
    """The seconds that were slept away."""
    return float(Path(os.environ[SLEPT]).read_text(encoding="ascii"))


if __name__ == "__main__":
    clock = Clock(lambda: MACHINE.now() + timedelta(seconds=slept()), lambda: MACHINE.elapsed() + slept())
    serve(Settings.from_environ(os.environ), clock)
