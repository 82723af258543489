"""Routes about what was checked and what comes of it: a part of the table (`tests.web.routes`)."""

from collections.abc import Mapping

from tests.visitor import PICTURE
from tests.web.route import CHANGE, NEITHER, OWN_DESK, READ, Route

FEEDBACK = {"facts": "x", "handling": "x", "eligible": "later", "reward": "x"}
VERIFICATION: Mapping[str, Route] = {
    "mailbox.make_objection": Route(CHANGE, "objected", who="reporter", data={"text": "x"}, status=303),
    "review.write_paper": Route(READ, "file_opened", who="chen"),
    "review.file_paper": Route(
        CHANGE,
        "paper_filed",
        who="chen",
        data={"text": "x"},
        status=303,
        others="motion_proposed ordered file_opened",
    ),
    "review.show_exhibits": Route(READ, "file_opened", who="chen"),
    "review.add_exhibits": Route(
        CHANGE, "exhibit_added", who="chen", data={"files": PICTURE}, status=303, others="file_opened"
    ),
    "review.write_feedback": Route(READ, "file_opened", who="lin"),
    "review.feed_back": Route(CHANGE, "fed_back", who="lin", data=FEEDBACK, status=303, others="file_opened"),
    "review.ask_close": Route(READ, "file_opened", who="gao"),
    "review.close_case": Route(CHANGE, "closed", who="gao", data={"sure": "y"}, status=303, others="file_opened"),
    "review.list_objections": Route(NEITHER, who="gao", why=OWN_DESK),
    "review.ask_review": Route(READ, "file_opened", who="sheng-lead"),
    "review.assign_review": Route(
        CHANGE,
        "review_assigned",
        who="sheng-lead",
        data={"officer": "REVIEWER", "brief": "x"},
        status=303,
        others="file_opened",
    ),
}
