"""The connection is cut in the middle of a step, before each of its statements and before its commit.

Nothing of it is done, the ledger holds, and the same step taken again goes through. Where a step has many statements a
few are chosen, over its whole length; the first and the last are always among them.
"""

from collections.abc import Callable, Mapping

import pytest

from portal.domain.errors import NotStoredError
from portal.domain.vocabulary import DisclosureStep, Duty, IdentityField, MotionStep
from portal.office import identity, staffing
from tests.cutting import AT_COMMIT, CERTIFY, RESUME, SAID, SEAT, TURN, Place, Step, cut
from tests.insiders import rows
from tests.sending import run
from tests.world import World

INVESTIGATE, INTAKE = Duty.INVESTIGATE, Duty.INTAKE
Prepare = Callable[[Place], Step]

PROPOSALS: Mapping[str, Prepare] = {
    "certify": lambda at: (at.liu(), at.proposing(CERTIFY, "guan", "liu"))[1],
    "seat": lambda at: at.proposing(SEAT, "guan", "song", duty=INVESTIGATE),
    "open": lambda at: at.nong(),
    "turn": lambda at: at.proposing(TURN, "lin", duty=INTAKE),
    "resume": lambda at: (at.suspended(), at.proposing(RESUME, "guan", "lin"))[1],
}
SECONDERS = {"certify": "cui", "seat": "chen", "open": "guan", "turn": "guan", "resume": "cui"}
STAFF: Mapping[str, Prepare] = {
    "invite": lambda at: at.acting("guan", lambda act: staffing.invite(act, at.staff.authority(), "liu")),
    "enrol": lambda at: at.enrolling(),
    "renew": lambda at: at.acting("guan", lambda act: staffing.renew(act, at.officer("lin"))),
    "suspend": lambda at: at.acting("guan", lambda act: staffing.suspend(act, at.officer("lin"))),
    "leave": lambda at: (at.assigning()(), at.acting("guan", lambda act: staffing.leave(act, at.officer("chen"))))[1],
    "unseat": lambda at: at.acting("guan", lambda act: staffing.unseat(act, at.officer("lin"), at.staff.desk(INTAKE))),
    "end sessions": lambda at: (
        at.world.officer("lin"),
        at.acting("guan", lambda act: staffing.end_sessions(act, at.officer("lin"))),
    )[1],
    "password": lambda at: at.relocking(),
    "desk recover": lambda at: at.recovering(),
    "recovery replace": lambda at: at.replacing(),
}
CASES: Mapping[str, Prepare] = {
    "assign": lambda at: at.assigning(),
    "unassign": lambda at: at.unassigning(),
    "request": lambda at: at.asking(),
    "request a code": lambda at: at.asking(SAID),
    "lift": lambda at: at.lifting(at.asked()),
    "refuse": lambda at: at.closing("he", DisclosureStep.REFUSE, at.lifted()),
    "release": lambda at: at.releasing(at.lifted()),
    "read": lambda at: at.reading(),
    "close": lambda at: at.closing("lin", DisclosureStep.CLOSE, at.released()),
    "answer": lambda at: at.answering(at.lifted(SAID)),
    "issue a code": lambda at: at.reissuing(),
    "replace a code": lambda at: at.renewing(),
    "lapse": lambda at: at.lapsing(),
    "erase": lambda at: at.giving(identity.erasing()),
    "give anew": lambda at: at.giving(identity.replacing({IdentityField.NAME: "周大明"}, may_phone=True)),
    "withdraw": lambda at: at.withdrawing(),
}


def confirmed(kind: str) -> Prepare:
    return lambda at: at.confirming(SECONDERS[kind], PROPOSALS[kind](at)())


STEPS: Mapping[str, Prepare] = {
    **{f"propose {kind}": prepare for kind, prepare in PROPOSALS.items()},
    **{f"confirm {kind}": confirmed(kind) for kind in PROPOSALS},
    **{
        f"refuse {kind}": lambda at, kind=kind: at.ending(SECONDERS[kind], MotionStep.REFUSE, PROPOSALS[kind](at)())
        for kind in ("seat", "turn")
    },
    **{
        f"withdraw {kind}": lambda at, kind=kind, by=by: at.ending(by, MotionStep.WITHDRAW, PROPOSALS[kind](at)())
        for kind, by in (("certify", "guan"), ("open", "nong"))
    },
    **STAFF,
    **CASES,
}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_is_cut_off_anywhere_is_not_taken_and_is_taken_again(world: World, name: str) -> None:
    require_whole(world, name)


@pytest.mark.postgresql
@pytest.mark.parametrize("name", list(STEPS)[::6])
def test_every_sixth_of_them_on_the_other_engine_too(world: World, name: str) -> None:
    require_whole(world, name)


def require_whole(world: World, name: str) -> None:
    """Cut it here and there, then let it through."""
    step = STEPS[name](Place(world))
    before, size, n = rows(world), entries(world), AT_COMMIT
    while True:
        with cut(world, n) as done:
            try:
                step()
            except NotStoredError:
                assert done[0] == n
            else:
                break
        assert rows(world) == before, n
        assert entries(world) == size
        n = max(n + 1, 3 * n // 2)  # the first, then fewer: of eighty statements eleven
    assert n > 3
    assert (rows(world) == before) == (name in {"read", "end sessions"})
    assert entries(world) > size
    world.sign()
    world.verify()


def entries(world: World) -> int:
    return run(world, "SELECT size FROM ledger_head")[0][0]
