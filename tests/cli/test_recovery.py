"""`portal recovery drill`: enough shares of one key open its desks' keys, and nothing else goes through."""

import json

import pytest

from portal.settings import Settings
from portal.store.ledger import Entry
from portal.store.session import open_store

ROSTER = "username,authority,duties\nlin,office-220000,intake\ngao,office-220000,lead award\nhe,office-220000,custody\n"
pytestmark = pytest.mark.sqlite


@pytest.fixture
def shares(tmp_path, monkeypatch, ask):
    """A real installation with its shares on paper."""
    (tmp_path / "officers.csv").write_text(ROSTER)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    places = ["--root-key", f"{tmp_path}/root.key", "--recovery-dir", f"{tmp_path}/shares", "--codes", f"{tmp_path}/c"]
    assert ask("init", "--officers", f"{tmp_path}/officers.csv", *places)[0] == 0
    return tmp_path / "shares"


def share(folder, name: str, number: int) -> str:
    return str(folder / f"recovery-{name}-{number}-of-3.txt")


def last_entry(tmp_path) -> dict[str, object]:
    settings = Settings.from_environ({"PORTAL_HOME": str(tmp_path / "home")})
    store = open_store(settings.database_url)
    with store.reading() as session:
        opening = session.query(Entry.opening).order_by(Entry.index.desc()).limit(1).scalar()
    store.close()
    return json.loads(opening)


@pytest.mark.parametrize(("name", "desks"), [("custody", 1), ("all-else", 3)])
@pytest.mark.parametrize("numbers", [(1, 2), (3, 1)])
def test_two_of_three_open_their_desks_and_it_is_entered(shares, ask, tmp_path, name, desks, numbers) -> None:
    status, out, err = ask("recovery", "drill", name, *(share(shares, name, one) for one in numbers))
    assert (status, err) == (0, "")
    assert f"opens {desks} " in out
    words = (shares / f"recovery-{name}-1-of-3.txt").read_text().split()
    assert not [word for word in words[4:8] if f" {word} " in out]
    assert last_entry(tmp_path)["event"] == "recovery_drilled"
    assert last_entry(tmp_path)["facts"] == {"kind": name, "opened": desks}
    assert ask("audit", "verify")[0] == 0


def test_what_does_not_go_together_is_one_line_and_nothing_is_entered(shares, ask, tmp_path) -> None:
    before = last_entry(tmp_path)
    damaged = tmp_path / "damaged.txt"
    damaged.write_text((shares / "recovery-custody-1-of-3.txt").read_text().replace(" ", " academic ", 1))
    for arguments in (
        ("custody", share(shares, "custody", 1)),
        ("custody", share(shares, "custody", 1), share(shares, "custody", 1)),
        ("custody", share(shares, "custody", 1), share(shares, "all-else", 2)),
        ("custody", share(shares, "all-else", 1), share(shares, "all-else", 2)),
        ("custody", share(shares, "custody", 2), str(damaged)),
        ("custody",),
        ("lead", share(shares, "custody", 1)),
        ("custody", "nothing.txt"),
    ):
        status, out, err = ask("recovery", "drill", *arguments)
        assert (status, out, err.count("\n")) == (2, "", 1), arguments
    assert last_entry(tmp_path) == before
