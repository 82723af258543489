"""The README says what is so."""

from pathlib import Path

from portal.cli import COMMANDS
from portal.domain import awards, lifecycle
from portal.settings import VARIABLES

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_life_of_a_case_is_drawn_from_the_table() -> None:
    assert lifecycle.diagram().strip() in README.read_text("utf-8")


def test_the_life_of_a_reward_is_drawn_from_its_table() -> None:
    assert awards.diagram().strip() in README.read_text("utf-8")


def test_every_command_and_every_variable_is_explained() -> None:
    text = README.read_text("utf-8")
    assert [name for name in COMMANDS if f"`portal {name}" not in text] == []
    assert [name for name in VARIABLES if name not in text] == []
