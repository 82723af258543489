"""Tried as an insider would: every step of the office, by everybody whose step it is not, with what its form holds."""

import json
from collections.abc import Iterator
from functools import cached_property

import pytest

from portal.domain.vocabulary import Duty
from portal.office import sessions, staffing
from tests import entitled
from tests.entitled import GONE, OWN_DESKS, OWN_SELF, SECRETS, SHUT, allowed
from tests.insiders import Insider, Work, rows
from tests.sending import run
from tests.web.routes import ROUTES
from tests.world import OFFICE_COOKIE, Template, World

pytestmark = pytest.mark.sqlite

OFFICE = sorted(name for name in ROUTES if name.startswith("review."))
FEW = frozenset({"chen", "guan", "he", "qin", f"qin-{Duty.ADMINISTER}", GONE})
GUARDED = [name for name in OFFICE if name not in OWN_SELF]


class Scene(Work):
    """The same for every test of this module: nothing of it may change."""

    @cached_property
    def everybody(self) -> list[Insider]:
        return self.come_in()

    def insiders(self, endpoint: str) -> list[Insider]:
        may = frozenset() if endpoint in OWN_DESKS else allowed(endpoint)
        return [one for one in self.everybody if one.name not in may]

    def last(self) -> dict:
        ((opening,),) = run(self.world, 'SELECT opening FROM entries ORDER BY "index" DESC LIMIT 1')
        return json.loads(bytes(opening))

    def size(self) -> int:
        return run(self.world, "SELECT size FROM ledger_head")[0][0]


@pytest.fixture(scope="module")
def scene(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    world = World.copy(template, tmp_path_factory.mktemp("insiders") / "home")
    made = Scene(world)
    made.set_up()
    assert len(made.everybody) == 23
    yield made
    world.close()


def test_every_route_of_the_office_says_whose_it_is() -> None:
    for endpoint in OFFICE:
        if endpoint not in {*OWN_SELF, *OWN_DESKS}:
            assert allowed(endpoint), endpoint
    assert not OWN_SELF & OWN_DESKS.keys()


@pytest.mark.parametrize("endpoint", [name for name in GUARDED if name not in OWN_DESKS])
def test_nobody_else_takes_a_step_and_each_attempt_is_entered(scene: Scene, endpoint: str) -> None:
    before = rows(scene.world)
    for insider in scene.insiders(endpoint):
        require_refused(scene, insider, endpoint, scene.fields(endpoint, insider.name))
    assert rows(scene.world) == before


@pytest.mark.parametrize("endpoint", [name for name in GUARDED if ROUTES[name].data is not None])
def test_a_form_that_is_not_filled_in_shows_its_page_to_nobody_else(scene: Scene, endpoint: str) -> None:
    before, may = rows(scene.world), entitled.shown(endpoint)
    for insider in scene.insiders(endpoint):
        if may is not None and insider.name in FEW - may:
            require_refused(scene, insider, endpoint, {})
    assert rows(scene.world) == before


def require_refused(scene: Scene, insider: Insider, endpoint: str, data: dict[str, str]) -> None:
    """It says no, and no more; and the ledger says who tried what."""
    size, answer = scene.size(), scene.send(insider, endpoint, data)
    assert answer.status_code in {403, 404}, (insider.name, answer.status_code)
    assert not [one for one in SECRETS if one in answer.text], insider.name
    entry = scene.last()
    said = entry["event"], entry["actor"]["officer"], entry["facts"]["action"]
    assert said == ("refused", scene.officers[insider.name], endpoint), insider.name
    assert scene.size() == size + 1


@pytest.mark.parametrize("endpoint", OWN_DESKS)
def test_whoever_has_a_desk_elsewhere_sees_nothing_of_this_one(scene: Scene, endpoint: str) -> None:
    before = rows(scene.world)
    home = {name for held in entitled.SEATED.values() for name in held} | entitled.ADMINISTRATORS
    for insider in scene.everybody:
        seats = {seat.duty for seat in scene.world.actor(insider.name).seats}
        answer = scene.send(insider, endpoint, scene.fields(endpoint, insider.name))
        if endpoint == "review.show_queue":  # the first page leads everybody to their own
            assert answer.status_code in {200, 303}
        elif not seats & OWN_DESKS[endpoint]:
            assert answer.status_code == 403, insider.name
            assert scene.last()["actor"]["officer"] == scene.officers[insider.name]
        else:
            assert answer.status_code == 200
        if insider.name not in home or insider.name == GONE:
            known = {*scene.cases.values(), *scene.requests.values(), scene.officers["lin"]}
            known -= {scene.cases["objected"]} if insider.name in allowed("review.ask_review") else set()
            assert not [one for one in (*SECRETS, *known) if one in answer.text], insider.name
    assert rows(scene.world) == before


def test_whoever_was_suspended_a_moment_ago_stands_before_the_door(scene: Scene) -> None:
    """The row of their session put back, as whoever writes to the database might."""
    world, member = scene.world, scene.world.cast[SHUT]
    visitor = world.visitor()
    with world.store.transaction() as session:
        token = sessions.open_officer(session, world.house, member.officer_id, member.keys, now=world.clock())
    kept = run(world, "SELECT * FROM officer_sessions WHERE id = ?", token.id)
    with scene.staff.act("guan") as act:
        staffing.suspend(act, member.officer_id)
    run(world, "INSERT INTO officer_sessions VALUES (?, ?, ?, ?, ?)", *kept[0])
    world.sign()
    visitor.client.set_cookie(OFFICE_COOKIE, str(token), domain="localhost", secure=True)
    before, size = rows(world), scene.size()
    for endpoint in OFFICE:
        answer = scene.send(Insider(SHUT, visitor, ""), endpoint, scene.fields(endpoint, SHUT))
        assert answer.status_code == (303 if ROUTES[endpoint].data is None else 422), endpoint
        assert not [one for one in SECRETS if one in answer.text], endpoint
    assert (rows(world), scene.size()) == (before, size)
