"""What was typed about a case stays on its page: where the step can be taken no more, it is listed to be copied."""

import pytest

from tests.sending import arrive, decline, open_case
from tests.world import World

pytestmark = pytest.mark.sqlite  # pages alone
SHORT = 14  # codes of lists
TYPED = "六号出口的锁换过了，钥匙在楼上。"
FORMS = {
    "accept": {"subject": TYPED},
    "ask": {"question": TYPED},
    "decline": {"reason": "INFO_REQUEST", "explanation": TYPED, "sure": "y"},
    "transfer": {"office": "", "note": TYPED},
    "letter": {"text": TYPED},
    "assign": {"officer": "", "brief": TYPED},
    "supervise": {"words": TYPED},
    "recuse": {"whom": "", "apart": TYPED},
    "refer": {"body": "FIRE", "extent": "part", "handed": TYPED, "clean": "y"},
    "merge": {"main_number": "220100-2026-00009"},
    "split": {"leaves": "", "split_reason": "found", "split_words": TYPED},
    "dispute": {"objection": TYPED},
    "settle": {"handler": "", "therefore": TYPED},
    "block": {"block_ground": "NOT_A_REPORT", "block_words": TYPED},
    "dispose": {"deed": TYPED, "who": "陈"},
    "protect": {"measure": "warned", "arranged": TYPED},
    "retaliation": {"turned_out": "confirmed", "checked_how": TYPED},
    "extend": {"grounds": TYPED},
    "request": {"ground": "PROTECT", "hours": "24", "why": TYPED},
    "reissue": {"name": "周小明", "phone": "13800000000", "words": TYPED, "present": "y"},
}


@pytest.mark.parametrize("step", FORMS)
@pytest.mark.parametrize("who", ["lin", "gao"])
def test_it_is_on_the_page_that_comes_again(world: World, step: str, who: str) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    decline(world, "lin", case_id, "INFO_REQUEST")
    visitor = world.officer(who)
    visitor.get(f"/review/cases/{case_id}")
    said = {name: value or str(world.cast["chen"].officer_id) for name, value in FORMS[step].items()}
    answer = visitor.post(f"/review/cases/{case_id}/{step}", {**said, "seen": "1"})
    if answer.status_code in {409, 422}:  # else it is none of theirs
        assert [value for value in FORMS[step].values() if len(value) > SHORT and value not in visitor.last] == []
