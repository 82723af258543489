"""Fixtures that every test may ask for."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from portal.office.keyring import ReporterKey
from portal.web import forms, i18n
from tests import rewards, warm
from tests.bucket import Bucket
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.disclosing import Office
from tests.postgres import Postgres
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import Template, World, build

warm.in_memory()
settings.register_profile("portal", deadline=None)  # a machine may be busy; nothing here is a timed test
settings.load_profile("portal")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of one engine's own ways run on that engine alone; long drills only when they are asked for."""
    asked = "drill" in config.option.markexpr
    apart = [item for item in items if _is_foreign(item) or (item.get_closest_marker("drill") and not asked)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in set(apart)]


def _is_foreign(item: pytest.Item) -> bool:
    engine = (
        item.callspec.params.get("engine") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
    )
    if engine == "postgresql" and item.path.parent.name in {"web", "intake"} and item.path.name != "test_gates.py":
        return (
            True  # pages of the public side; what they store is tested in office and store, every route in test_gates
        )
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}.get(engine)
    return other is not None and item.get_closest_marker(other) is not None


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Tests make a portal each; what it compiles is the same for all, and dear."""
    with pytest.MonkeyPatch.context() as patch:
        warm.up(patch)
        yield


@pytest.fixture
def staff(world: World) -> Staff:
    """The staff at work on itself."""
    return Staff(world)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Everything that touches a session runs on both."""
    return request.param


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server per test process."""
    server = Postgres.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """One S3 server per test process, where one is needed."""
    server = Bucket.start(tmp_path_factory.mktemp("bucket"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The installation all tests copy."""
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    return build(tmp_path_factory.mktemp("template") / "home", server)


@pytest.fixture(scope="session")
def begun(template: Template, tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, Office]:
    """The same once Zhou has reported and Lin has opened the case, for all tests that begin there."""
    world = World.copy(template, tmp_path_factory.mktemp("begun") / "home")
    office = Office(world)
    return world.keep(template), office


@pytest.fixture(scope="session")
def rewards_begun(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], rewards.Begun]:
    """Rewards that have come as far as the mark `reward` says, each made once for all tests that begin there."""
    return cache(lambda stage: rewards.begin(template, tmp_path_factory.mktemp(stage) / "home", stage))


@pytest.fixture
def reward(request: pytest.FixtureRequest, rewards_begun: Callable[[str], rewards.Begun]) -> rewards.Begun:
    """The one that this test begins with."""
    return rewards_begun(request.node.get_closest_marker("reward").args[0])


@pytest.fixture
def key(reward: rewards.Begun) -> ReporterKey:
    """Whoever it is for."""
    return reward.key


@pytest.fixture
def award(reward: rewards.Begun) -> UUID:
    return reward.award


@pytest.fixture
def reference(reward: rewards.Begun) -> UUID:
    """Of its payment."""
    assert reward.reference is not None
    return reward.reference


@pytest.fixture
def world(request: pytest.FixtureRequest, template: Template, tmp_path) -> Iterator[World]:
    """A copy of it, with an application on it; of where `office` or a reward begins for those who ask for that."""
    marked = request.node.get_closest_marker("reward") is not None
    start = request.getfixturevalue("begun")[0] if "begun" in request.fixturenames else template
    start = request.getfixturevalue("reward").template if marked else start
    made = World.copy(start, tmp_path / "home", cold=request.node.get_closest_marker("cold") is not None)
    if marked:
        made.clock.forward(hours=1)  # the codes of that hour were used
    yield made
    made.close()


@pytest.fixture
def office(begun: tuple[Template, Office], world: World) -> Office:
    """Zhou with an open mailbox, Lin in front of the case; whoever else is needed comes."""
    return begun[1].at(world)


@pytest.fixture
def zhou(world: World) -> Visitor:
    """周 reports."""
    return world.visitor()


@pytest.fixture
def lin(world: World) -> Visitor:
    """林 takes in, and has signed in."""
    return world.officer("lin")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser per test process: Playwright runs once in each."""
    if not CHROMIUM.exists():
        pytest.fail(f"no Chromium at {CHROMIUM}; run: apt-get install -y chromium-headless-shell", pytrace=False)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def form_request() -> Iterator[None]:
    """A request of nobody's, for forms that are tried without a portal behind them."""
    app = Flask("portal")
    app.config["SECRET_KEY"] = "a key for tests alone"
    i18n.install(app)
    forms.install(app)
    with app.test_request_context():
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each part of the suite cost, in seconds of its processes together."""
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                spent[report.nodeid.removeprefix("tests/").partition("/")[0].partition("::")[0]] += report.duration
    parts = (f"{part} {round(seconds)} s" for part, seconds in spent.most_common() if round(seconds))
    terminalreporter.write_line("time per part: " + " · ".join(parts))
