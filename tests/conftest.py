"""Fixtures that every test may ask for."""

from collections.abc import Iterator

import pytest

from tests.world import Template, Visitor, World, build


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The installation all tests copy."""
    return build(tmp_path_factory.mktemp("template") / "home")


@pytest.fixture
def world(template: Template, tmp_path) -> Iterator[World]:
    """A copy of it, with an application on it."""
    made = World.copy(template, tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def zhou(world: World) -> Visitor:
    """周 reports."""
    return world.visitor()


@pytest.fixture
def lin(world: World) -> Visitor:
    """林 takes in, and has signed in."""
    return world.officer("lin")
