"""The list of the first officers: two forms, and one sentence for each mistake."""

from pathlib import Path

import pytest

from portal.domain.errors import StartError
from portal.domain.vocabulary import Duty
from portal.office import roster
from portal.office.roster import Invitee
from portal.policy.loader import load_policies

HEAD = "username,authority,duties\n"
EXPECTED = (
    Invitee("lin", "office-220000", (Duty.INTAKE, Duty.INVESTIGATE)),
    Invitee("ji-2", "discipline-220000", (Duty.LEAD,)),
)


def read(folder: Path, name: str, text: str | bytes) -> tuple[Invitee, ...]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return roster.read(path, load_policies().authorities)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_read_as_spreadsheets_save_it(tmp_path: Path, mark: str) -> None:
    text = f"{mark}{HEAD}lin,office-220000,intake investigate\r\n,,\r\nji-2, discipline-220000 ,lead\r\n"
    assert read(tmp_path, "officers.csv", text) == EXPECTED


def test_toml_is_read(tmp_path: Path) -> None:
    text = """
[[officer]]
username = "lin"
authority = "office-220000"
duties = ["intake", "investigate"]
[[officer]]
username = "ji-2"
authority = "discipline-220000"
duties = ["lead"]
"""
    assert read(tmp_path, "officers.toml", text) == EXPECTED


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.csv", HEAD + "lin,office-220001,intake", "line 2: no authority 'office-220001'"),
        ("a.csv", HEAD + "lin,office-22o100,intake", "office-220100 is 长春市人民防空办公室"),
        ("a.csv", HEAD + "lin,office-220000,intak", "no duty 'intak'; there are intake"),
        ("a.csv", HEAD + "lin,office-220000,", "at least one"),
        ("a.csv", HEAD + "lin,office-220000,lead custody", "never one person"),
        ("a.csv", HEAD + "lin,office-220000,audit intake", "audits does nothing else"),
        ("a.csv", HEAD + "lin,office-220000,lead lead", "lead is there twice"),
        ("a.csv", HEAD + "lin,office-220000,lead\nlin,office-220100,lead", "line 3: lin is there twice"),
        ("a.csv", HEAD + "林,office-220000,lead", "username must be"),
        ("a.csv", HEAD + "Lin,office-220000,lead", "username must be"),
        ("a.csv", HEAD + "lin,office-220000,lead,intake", "is none of username"),
        ("a.csv", HEAD, "names no officer"),
        ("a.csv", "", "the first line must be username,authority,duties"),
        ("a.csv", HEAD + 'lin,"office', "unexpected end of data"),
        ("a.csv", "用户名,主管部门,岗位".encode("gbk"), "not UTF-8"),
        ("a.toml", "x", "is not TOML"),
        ("a.toml", "officer = 3", r"\[\[officer\]\]"),
        ("a.toml", "[[officer]]\nusername = 'lin'", "officer 1: no authority ''"),
        ("a.toml", "[[officer]]\nusername='lin'\nauthority='office-220000'\nduties='intake'", "at least one"),
        ("a.toml", "[[officer]]\nname='lin'", "name is none of"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_where(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    with pytest.raises(StartError, match=sentence) as refusal:
        read(tmp_path, name, text)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot read"):
        roster.read(tmp_path / "none.csv", load_policies().authorities)
