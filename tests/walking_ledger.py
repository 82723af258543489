"""The part of the walk in which an auditor looks at what was done, and takes a list along."""

import re
from typing import TYPE_CHECKING

from tests.overseeing import LEDGER

if TYPE_CHECKING:
    from tests.walking import Walk


def audit(walk: "Walk") -> None:
    """Shen reads the trail, a case, a day, sums and signs."""
    shen = walk.person("shen")
    walk.keep("ledger", shen.get(LEDGER))
    for kind in ("entries", "cases", "officers"):
        address = re.search(rf"{LEDGER}/{kind}/[0-9a-f-]{{36}}", walk.pages["ledger"].text)[0]
        walk.keep(f"ledger, one of {kind}", shen.get(address))
    walk.keep("ledger of a case that is none", shen.get(f"{LEDGER}?case=1"))
    walk.keep("an empty day", shen.get(f"{LEDGER}/officers/{walk.world.cast['qian'].officer_id}?day=2026-01-01"))
    for page in ("matrix", "matrix?by=cases", "figures", "signs", "inspection", "export"):
        walk.keep(f"ledger, {page}", shen.get(f"{LEDGER}/{page}"))
    walk.keep("export errors", shen.post(f"{LEDGER}/export", {}), 422)
    walk.keep("ledger for somebody else", walk.lin.get(LEDGER), 403)
