"""Places and keys with fixed names for the tests of `crypto`."""

import json
from pathlib import Path
from typing import Any

import pytest

from crypto.keys import SecretKey, SigningKey
from crypto.primitives import Binding

HERE = Path(__file__).parent


def load(name: str) -> Any:
    return json.loads((HERE / name).read_text())


@pytest.fixture(scope="session")
def cobblestone() -> list[dict[str, Any]]:
    return load("vectors/cobblestone_256.json")["tests"]


@pytest.fixture(scope="session")
def golden() -> dict[str, Any]:
    return load("golden/suite1.json")


@pytest.fixture(scope="session")
def lin() -> SecretKey:
    return SecretKey(b"lin, who takes reports in.......")


@pytest.fixture(scope="session")
def qin() -> SecretKey:
    return SecretKey(b"qin, of another office, a seed..")


@pytest.fixture(scope="session")
def root_key() -> SigningKey:
    return SigningKey(b"the root's seed, kept off-line..")


@pytest.fixture
def place() -> Binding:
    return Binding(b"jilin-installation", "letters", b"row-0000", "narrative", b"key-id-0")


@pytest.fixture(scope="session")
def lock_place() -> Binding:
    return Binding(b"jilin-installation", "officers", b"row-0001", "keys", b"")


@pytest.fixture(scope="session")
def xwing() -> dict[str, str]:
    return load("vectors/xwing.json")
