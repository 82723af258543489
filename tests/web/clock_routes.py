"""Routes about the time limits of a case: a part of the table (`tests.web.routes`)."""

from collections.abc import Mapping

from tests.web.route import CHANGE, COUNTED, NEITHER, Route

LONGER = {"limit": "CLOCK", "by": "20", "cause": "EXPERT_TEST", "grounds": "x"}
CLOCKS: Mapping[str, Route] = {
    "review.propose_extension": Route(
        CHANGE, "motion_proposed", who="gao", data=LONGER, status=303, also="paper_filed", others="opened file_opened"
    ),
    "review.propose_extension_assigned": Route(
        CHANGE,
        "motion_proposed",
        who="chen",
        data={**LONGER, "seen": "SEEN"},
        status=303,
        also="paper_filed",
        others="assignment_opened file_opened",
    ),
    "review.suspend_clock": Route(
        CHANGE,
        "suspended",
        who="gao",
        data={"pausing": "CLOCK", "pause_cause": "WAIT_JUDICIAL"},
        status=303,
        others="opened file_opened",
    ),
    "review.continue_clock": Route(
        CHANGE, "continued", who="gao", data={"standing": "CLOCK"}, status=303, others="opened file_opened"
    ),
    "review.count_clock": Route(NEITHER, who="chen", why=COUNTED),
}
