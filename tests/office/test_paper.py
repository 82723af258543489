"""One-time codes on paper: in order, each once, some may be skipped, and none is one of the telephone's."""

import pytest

from portal.domain.errors import SignInError
from portal.office import paper, signing_in
from tests.visitor import Visitor
from tests.world import PASSWORD, World

OTP = bytes(range(20))


def use(world: World, code: str) -> None:
    lin = world.cast["lin"]
    with world.store.transaction() as session:
        signing_in.use_code(session, lin.officer_id, lin.keys.otp, code, now=world.clock())


def codes(world: World) -> list[str]:
    return [one.code for one in paper.sheet(world.cast["lin"].keys.otp)]


def test_the_sheet_goes_on_where_the_last_one_ended() -> None:
    first, second = paper.sheet(OTP), paper.sheet(OTP, paper.SHEET)
    assert [one.number for one in (*first, *second)] == list(range(1, 81))
    assert len({one.code for one in (*first, *second)}) == 80
    assert {len(one.code) for one in first} == {paper.DIGITS}


def test_a_code_is_used_once_and_those_before_it_no_more(world: World) -> None:
    sheet = codes(world)
    use(world, sheet[0])
    use(world, sheet[3])  # two were skipped
    for gone in (sheet[0], sheet[1], sheet[3]):
        with pytest.raises(SignInError):
            use(world, gone)
    use(world, sheet[4])


def test_too_far_ahead_is_not_taken(world: World) -> None:
    with pytest.raises(SignInError):
        use(world, codes(world)[paper.AHEAD])


def test_another_officers_sheet_opens_nothing(world: World) -> None:
    with pytest.raises(SignInError):
        use(world, paper.sheet(world.cast["gao"].keys.otp)[0].code)


def test_a_telephones_code_still_works_beside_it(world: World) -> None:
    use(world, codes(world)[0])
    use(world, world.cast["lin"].code(world.clock()))


@pytest.fixture
def lin(world: World) -> Visitor:
    return world.officer("lin")


def test_the_sheet_is_shown_for_a_code_and_recorded(world: World, lin: Visitor) -> None:
    sheet = codes(world)
    use(world, sheet[0])
    page = lin.get("/review/account").text
    assert sheet[1] not in page
    assert lin.post("/review/account/codes", {"otp": "00000000"}).status_code == 422
    answer = lin.post("/review/account/codes", {"otp": sheet[1]})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    shown = lin.last.replace(" ", "")
    assert sheet[1] not in shown
    assert all(code in shown for code in sheet[2:])
    assert world.events()[-1] == "codes_printed"


def test_signing_in_takes_a_code_from_paper(world: World) -> None:
    visitor = world.visitor()
    visitor.get("/review/login")
    data = {"username": "lin", "password": PASSWORD, "otp": " ".join((codes(world)[0][:4], codes(world)[0][4:]))}
    assert visitor.post("/review/login", data).status_code == 303
