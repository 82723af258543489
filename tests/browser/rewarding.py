"""Rewards for journeys in a real browser: one portal for all of them, and how far each had come before."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.domain import clocks
from portal.domain.vocabulary import Mode, MotionKind
from portal.office.keyring import ReporterKey
from tests import editions, rewards, sending, verification
from tests.browser.conftest import DESK, Codes, Person, Served, at_work, serving
from tests.casework import confirm_step
from tests.staffing import Staff
from tests.world import Template, World

INSIDER = {**rewards.FACTS, "reporter": {"insider": "proven"}}
JOINT = {**rewards.FACTS, "reporter": {"joint_signatories": 3}}


@dataclass(frozen=True)
class Told:
    """Reports that were found true and fined 50,000: the code of each mailbox, and the case, by what becomes of it."""

    served: Served
    codes: Mapping[str, str]
    cases: Mapping[str, UUID]
    awards: Mapping[str, UUID]  # of those that are granted
    signed_in: dict[str, Any] = field(default_factory=dict)  # cookies of whoever did: sign-ins of a minute are counted

    def at_work(self, person: Callable[..., Person], who: str) -> tuple[Person, Codes]:
        """An officer, who signs in once for all journeys."""
        if who not in self.signed_in:
            one, codes = at_work(person, who)
            self.signed_in[who] = one.context.cookies()
            return one, codes
        one = person(DESK, script=False)
        one.context.add_cookies(self.signed_in[who])
        return one, self.served.codes[who]


@contextmanager
def telling(template: Template, folder: Callable[[str], Path]) -> Iterator[Told]:
    """The first months ago, the others some hours; two officers at the payout desk and three who judge."""
    world, now = World.copy(template, folder("fined") / "home"), datetime.now(UTC)
    world.clock.now = now - timedelta(days=80)
    staff = rewards.staffed(Staff(world), *rewards.SECONDS)
    tomorrow = (clocks.day_of(world.clock()) + timedelta(days=1)).isoformat()
    edition = editions.rewards(effective=tomorrow, anonymous='"code_ok"', uplift='"0.20"')
    staff.new(MotionKind.ADOPT, "office-220000", edition)
    world.clock.forward(days=2)
    made = {"forfeited": _granted(staff)}
    world.clock.now = now - timedelta(hours=3)
    made |= {"named": _fined(staff), "contested": _fined(staff)}
    made["code"] = _granted(staff, rewards.NAMELESS, sending.UNNAMED, mode=Mode.ANONYMOUS)
    made |= {"insider": _granted(staff, INSIDER), "joint": _granted(staff, JOINT)}
    made |= {name: _granted(staff) for name in ("first", "second")}
    made["revoked"] = _granted(staff)
    made["upheld"] = _granted(staff, rewards.NOT_FIRST, refused=True)
    cases = {name: sending.case_of(world, key) for name, (_, key) in made.items()}
    awards = {"revoked": rewards.award_of(world, made["revoked"][1].report_id).id}
    with serving(world.keep(template), folder("rewarding") / "home", sleeps=True) as one:
        one.template.cast = staff.cast
        codes = {name: code for name, (code, _) in made.items()}
        yield Told(one, codes, cases, awards)


def _fined(staff: Staff, *who: Mapping[Any, str], **said: Any) -> tuple[str, ReporterKey]:
    world, sent = staff.world, sending.submission(staff.world, "", *who, **said)
    receipt = sending.send(world, sent).receipt
    key = sending.reporter(world, sent)
    case_id = sending.case_of(world, key)
    verification.lead(staff, case_id, "told")
    verification.serve(world, key)
    today = clocks.day_of(world.clock())
    verification.file(world, "chen", case_id, verification.penalty(fen=5_000_000, decided_on=today))
    return receipt, key


def _granted(
    staff: Staff, facts: Mapping[str, Any] = rewards.FACTS, *who: Mapping[Any, str], refused: bool = False, **said: Any
) -> tuple[str, ReporterKey]:
    """Proposed, decided, and read by its reporter."""
    world = staff.world
    receipt, key = _fined(staff, *who, **said)
    case_id = sending.case_of(world, key)
    confirm_step(staff, "gao", rewards.propose(staff, case_id, key.report_id, facts=facts, edition="jilin-2026"))
    (rewards.refuse if refused else rewards.grant)(staff, rewards.award_of(world, key.report_id).id)
    verification.serve(world, key)
    return receipt, key
