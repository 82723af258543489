"""Bytes to editions: what is wrong is refused with the file and the key, what is newest and in force is taken."""

import dataclasses
import json
from datetime import date
from importlib.resources import files

import pytest

from portal.domain.errors import PolicyError
from portal.policy import loader, reader

READERS = {
    "categories/jilin-cad-1.json": loader.read_categories,
    "divisions/jilin-2023.json": loader.read_divisions,
    "reasons/jilin-1.json": loader.read_reasons,
    "authorities/jilin-2022.json": loader.read_authorities,
}
HEAD = 'edition = "x"\nsource = "x"\neffective = 2026-01-01\n'
CLOCKS = HEAD + "remind = 3\nstands = 180\n"
RULE = {"code": "C90", "event": "x", "zh": "x", "en": "x", "ko": "x", "breach": "x", "basis": "x", "sure": "A"}


def shipped(name):
    return json.loads((files("portal.policy") / name).read_bytes())


def read(name, value):
    return READERS[name](name, json.dumps(value).encode())


def clocks(*rules, head=CLOCKS):
    body = "".join(
        "[[rules]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in (RULE | rule).items())
        for rule in rules
    )
    return loader.read_clocks("c.toml", (head + body).encode())


@pytest.mark.parametrize("name", READERS)
def test_what_is_shipped_reads_back(name):
    assert read(name, shipped(name)).heading.edition == shipped(name)["edition"]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("key", ["edition", "source", "effective"])
def test_a_head_without_its_source_or_day_is_refused(name, key):
    value = shipped(name)
    del value[key]
    with pytest.raises(PolicyError, match=f"^{name}: {key}: "):
        read(name, value)


@pytest.mark.parametrize("name", READERS)
def test_a_key_that_nobody_knows_is_refused(name):
    with pytest.raises(PolicyError, match=f"^{name}: sourse: is not a key"):
        read(name, shipped(name) | {"sourse": "x"})


def spoil(name, path, value):
    table = shipped(name)
    *way, last = path
    place = table
    for step in way:
        place = place[step]
    place[last] = value
    return table


@pytest.mark.parametrize(
    ("name", "path", "value", "said"),
    [
        (
            "categories/jilin-cad-1.json",
            ("kinds", 0, "danger_now"),
            "yes",
            r"kinds\[EXIT-01\].danger_now: is not a bool",
        ),
        ("categories/jilin-cad-1.json", ("kinds", 0, "zh"), "", r"kinds\[EXIT-01\].zh: is empty"),
        ("categories/jilin-cad-1.json", ("kinds", 0, "top"), "NOPE", "EXIT-01 stands under NOPE"),
        ("categories/jilin-cad-1.json", ("kinds", 0, "enforcers"), ["nobody"], "EXIT-01 names an enforcer"),
        ("categories/jilin-cad-1.json", ("kinds", 0, "reward_kind"), "gold", "'gold' is none of major_hazard"),
        ("categories/jilin-cad-1.json", ("kinds", 1, "code"), "EXIT-01", "EXIT-01 stands there twice"),
        ("categories/jilin-cad-1.json", ("kinds", 0, "basis"), [1], "basis: is not a list of str"),
        ("categories/jilin-cad-1.json", ("tops", 0, "questions", 0, "options"), ["x"], "options: belong to a choice"),
        ("categories/jilin-cad-1.json", ("kinds",), "all", "kinds: is not a list"),
        ("divisions/jilin-2023.json", ("divisions", 5, "parent"), "1", "220500 stands under an unknown division"),
        ("divisions/jilin-2023.json", ("divisions", 5, "aliases"), ["220100"], "220100 stands for two divisions"),
        ("divisions/jilin-2023.json", ("divisions", 5, "level"), "planet", "'planet' is none of province"),
        ("divisions/jilin-2023.json", ("effective",), "soon", "effective: is not a date"),
        ("divisions/jilin-2023.json", ("effective",), 20230630, "effective: needs a date"),
        ("reasons/jilin-1.json", ("decline", 0, "code"), "ANONYMOUS", "ANONYMOUS is both offered and forbidden"),
        ("reasons/jilin-1.json", ("disclosure", 0, "max_hours"), 73, "max_hours: lies between 1 and 72"),
        ("reasons/jilin-1.json", ("disclosure", 0, "max_hours"), True, "max_hours: is not a int"),
        ("reasons/jilin-1.json", ("disclosure", 0, "fields"), ["face"], "'face' is none of name"),
        ("reasons/jilin-1.json", ("disclosure", 0, "fields"), [], "fields: does not go with the scope listed"),
        ("authorities/jilin-2022.json", ("authorities", 5, "superior"), "office-x", "stands before its superior"),
        ("authorities/jilin-2022.json", ("authorities", 5, "names"), [], "names: needs names"),
        ("authorities/jilin-2022.json", ("authorities", 5, "kind"), "club", "'club' is none of office, discipline"),
    ],
)
def test_a_mistake_is_named_with_its_place(name, path, value, said):
    with pytest.raises(PolicyError, match=f"^{name}: .*{said}"):
        read(name, spoil(name, path, value))


def test_former_names_stand_in_the_order_of_their_days():
    name = "authorities/jilin-2022.json"
    seed = shipped(name)["authorities"][0]
    earlier = seed["names"][0] | {"since": "1999-01-01"}
    with pytest.raises(PolicyError, match="in the order of their days"):
        read(name, spoil(name, ("authorities", 0, "names"), [*seed["names"], earlier]))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"unit": "days"}, "length: does not go with days"),
        ({"unit": "days", "length": 0}, "length: does not go with days"),
        ({"unit": "at_once", "length": 1}, "length: does not go with at_once"),
        ({"unit": "moons", "length": 1}, "'moons' is none of at_once"),
        ({"unit": "yearly"}, "dates: does not go with yearly"),
        ({"unit": "days", "length": 1, "dates": ["06-30"]}, "dates: does not go with days"),
        ({"unit": "yearly", "dates": ["02-29"]}, "dates: is not a list of days"),
        ({"unit": "days", "length": 1, "of": "C99"}, "C90 belongs to C99"),
        ({"unit": "days", "length": "1"}, "length: is not a int"),
    ],
)
def test_a_clock_that_cannot_be_counted_is_refused(rule, said):
    with pytest.raises(PolicyError, match=f"^c.toml: .*{said}"):
        clocks(rule)


def test_a_step_of_an_inner_table_is_named_whole():
    rule = 'unit = "days"\nlength = 1\ntarget = { length = 1, unit = "days", why = "x" }\n'
    body = "[[rules]]\n" + "".join(f'{key} = "{value}"\n' for key, value in RULE.items()) + rule
    with pytest.raises(PolicyError, match=r"^c.toml: rules\[C90\].target.why: is not a key"):
        loader.read_clocks("c.toml", (CLOCKS + body).encode())


@pytest.mark.parametrize(
    ("name", "data"), [("a.json", b"{"), ("a.toml", b"= 1"), ("a.toml", b"\xff"), ("a.json", b"[]")]
)
def test_what_is_no_file_of_its_kind_is_refused(name, data):
    with pytest.raises(PolicyError, match=f"^{name}: "):
        loader.read_clocks(name, data)


def test_the_newest_edition_in_force_is_taken():
    editions = [
        clocks({"unit": "days", "length": 1}, head=CLOCKS.replace("2026-01-01", day))
        for day in ("2026-07-01", "2024-01-01", "2027-01-01")
    ]
    assert loader.in_force(editions, date(2026, 6, 30)) is editions[1]
    assert loader.in_force(editions, date(2026, 7, 1)) is editions[0]
    assert loader.in_force(editions, None) is editions[2]
    with pytest.raises(PolicyError, match="2023-12-31"):
        loader.in_force(editions, date(2023, 12, 31))


def test_before_the_first_edition_there_is_no_policy():
    with pytest.raises(PolicyError, match="no edition is in force"):
        loader.load_policies(on=date(2020, 1, 1))


def test_loading_twice_gives_the_same():
    assert loader.load_policies() == loader.load_policies(on=date(2026, 11, 24))


def test_files_that_contradict_each_other_are_refused():
    policies = loader.load_policies()
    few = clocks({"unit": "days", "length": 1})
    with pytest.raises(PolicyError, match="reasons: C15 is no clock rule"):
        loader.check_together(dataclasses.replace(policies, clocks=few))
    none = dataclasses.replace(policies.divisions, by_code={})
    with pytest.raises(PolicyError, match="office-220000 stands in the unknown division"):
        loader.check_together(dataclasses.replace(policies, divisions=none))


def test_an_edition_cannot_be_changed():
    policies = loader.load_policies()
    with pytest.raises(dataclasses.FrozenInstanceError):
        policies.clocks.rules["C05"].length = 90
    with pytest.raises(TypeError):
        policies.clocks.rules["C05"] = policies.clocks.rules["C02"]


def test_a_key_of_very_many_parts_is_refused_before_it_is_read():
    with pytest.raises(PolicyError, match="too many parts"):
        reader.parse("x.toml", (".".join(["a"] * 60_000) + " = 1").encode())
