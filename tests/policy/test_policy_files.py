"""What the shipped policy files say: complete, in three languages, with a source and a day for each."""

import dataclasses
import json
import re
from datetime import date
from importlib.resources import files

import pytest

from portal.domain.clocks import Unit
from portal.domain.vocabulary import AuthorityKind
from portal.policy.editions import Level
from portal.policy.loader import load_policies

POLICIES = load_policies()
FILES = [
    file
    for folder in files("portal.policy").iterdir()
    if folder.is_dir()
    for file in folder.iterdir()
    if file.name.endswith((".json", ".toml"))
]
REASONS = POLICIES.reasons


def every_text():
    yield from (POLICIES.categories.tops, POLICIES.categories.kinds.values(), POLICIES.divisions.all)
    yield (question for top in POLICIES.categories.tops for question in top.questions)
    yield POLICIES.clocks.rules.values()
    for field in dataclasses.fields(REASONS)[1:]:
        yield getattr(REASONS, field.name).values()
    yield (name for seed in POLICIES.authorities.seeds for name in seed.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_edition_names_its_source_and_its_day(file):
    text = file.read_text("utf-8")
    assert re.search(r'^ *"?source"?\s*[:=]\s*"[^"]+"', text, re.MULTILINE)
    assert re.search(r'^ *"?effective"?\s*[:=]\s*"?\d{4}-\d\d-\d\d', text, re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_edition_cites_working_papers(file):
    assert not re.search(r"\bseed\b|LAW|DESIGN|[GVKNIS]-?\d\d-\d\d|\bK-\d\d", file.read_text("utf-8"))


def test_everything_that_is_shown_is_there_in_three_languages():
    for thing in (thing for group in every_text() for thing in group):
        assert re.search(r"[\u4e00-\u9fff]", thing.zh), thing
        assert re.search(r"[\uac00-\ud7a3]", thing.ko), thing
        assert re.match(r"[A-Z].*", thing.en), thing
        assert not re.search(r"[\u4e00-\u9fff\uac00-\ud7a3]", thing.en), thing


def test_the_clocks_are_all_thirty_one_with_their_later_steps():
    rules = POLICIES.clocks.rules
    assert [code for code, rule in rules.items() if rule.of is None] == [f"C{n:02}" for n in range(1, 32)]
    assert all(code.startswith(f"{rule.of}-") for code, rule in rules.items() if rule.of)


@pytest.mark.parametrize(
    ("code", "length", "unit"),
    [
        ("C02", 15, "days"),
        ("C03", 5, "working_days"),
        ("C05", 60, "days"),
        ("C07", 2, "hours"),
        ("C08", 2, "hours"),
        ("C09", 30, "days"),
        ("C09-FIRE", 7, "days"),
        ("C10", 24, "hours"),
        ("C12", 10, "days"),
        ("C13", 30, "days"),
        ("C16", 24, "hours"),
        ("C18", 90, "days"),
        ("C23", 60, "days"),
        ("C25", 5, "working_days"),
        ("C29", 6, "months"),
        ("C30", 3, "years"),
    ],
)
def test_a_clock_has_the_length_that_its_source_gives(code, length, unit):
    rule = POLICIES.clocks.rules[code]
    assert (rule.length, rule.unit) == (length, unit)


def test_verification_may_be_extended_once_by_thirty_days_from_above():
    extension = POLICIES.clocks.rules["C05"].extension
    assert extension is not None
    assert (extension.length, extension.times, extension.tell_reporter) == (30, 1, True)


def test_what_is_our_own_proposal_is_not_passed_off_as_law():
    for rule in POLICIES.clocks.rules.values():
        assert not (rule.proposed and rule.sure == "A")
        assert rule.rolls or rule.unit in {Unit.MONTHS, Unit.YEARS}


def test_the_categories_are_forty_in_eleven_groups_each_with_a_basis():
    assert (len(POLICIES.categories.tops), len(POLICIES.categories.kinds)) == (11, 40)
    assert all(kind.basis and kind.enforcers for kind in POLICIES.categories.kinds.values())


def test_only_officials_misconduct_goes_to_discipline():
    found = {code for code, kind in POLICIES.categories.kinds.items() if kind.misconduct}
    assert found == {"OFFICIAL-01", "OFFICIAL-02", "OFFICIAL-03"}


def test_jilin_has_nine_prefectures_and_sixty_counties():
    divisions = POLICIES.divisions
    assert len(divisions.prefectures()) == 9
    counties = [county for p in divisions.prefectures() for county in divisions.counties(p.code)]
    assert len(counties) == len({county.code for county in counties}) == 60


def test_zones_are_places_under_their_prefecture_and_no_counties():
    zones = POLICIES.divisions.localities("220100")
    assert [zone.code for zone in zones] == ["220171", "220172", "220173", "220174"]
    assert {special.code for special in POLICIES.divisions.specials()} == {"X-CBS", "X-DIRECT"}


def test_a_former_code_still_names_its_division():
    gongzhuling = POLICIES.divisions.by_code["220381"]
    assert (gongzhuling.code, gongzhuling.parent, gongzhuling.zh) == ("220184", "220100", "公主岭市")
    assert POLICIES.divisions.routing_parents()["220381"] == "220184"


def test_every_jurisdiction_has_its_office_under_the_right_one():
    authorities, divisions = POLICIES.authorities, POLICIES.divisions
    jurisdictions = [d for d in divisions.all if d.level in {Level.PROVINCE, Level.PREFECTURE, Level.COUNTY}]
    assert len(authorities.seeds) == len(jurisdictions) + 1
    for division in jurisdictions:
        seed = authorities.by_code[f"office-{division.code}"]
        parent = division.routing_parent
        assert seed.superior_code == (parent and f"office-{parent}")
        assert seed.kind is AuthorityKind.OFFICE


def test_meihekou_stands_directly_under_the_province():
    assert POLICIES.divisions.by_code["220581"].parent == "220500"
    assert POLICIES.authorities.by_code["office-220581"].superior_code == "office-220000"


def test_discipline_stands_alone_outside_the_tree():
    outside = [seed for seed in POLICIES.authorities.seeds if seed.kind is AuthorityKind.DISCIPLINE]
    assert [(seed.code, seed.superior_code) for seed in outside] == [("discipline-220000", None)]


def test_no_two_authorities_share_a_name():
    for language in ("zh", "en", "ko"):
        names = [getattr(seed.names[-1], language) for seed in POLICIES.authorities.seeds]
        assert len(names) == len(set(names))


def test_an_authority_is_called_by_the_name_of_the_day():
    seed = POLICIES.authorities.by_code["office-220000"]
    later = dataclasses.replace(seed.names[0], since=date(2027, 1, 1), zh="吉林省国防动员办公室")
    renamed = dataclasses.replace(seed, names=(*seed.names, later))
    assert renamed.name_on(date(2020, 1, 1)).zh == "吉林省人民防空办公室"
    assert renamed.name_on(date(2026, 12, 31)).zh == "吉林省人民防空办公室"
    assert renamed.name_on(date(2027, 1, 1)).zh == "吉林省国防动员办公室"


@pytest.mark.parametrize("code", ["NOT_OURS", "ANONYMOUS", "NO_EVIDENCE", "NO_STAFF"])
def test_a_forbidden_reason_says_why_and_is_not_offered(code):
    assert REASONS.decline_forbidden[code].why_zh
    assert code not in REASONS.decline


def test_danger_death_and_concealment_are_not_put_off_to_protect_anybodys_timing():
    assert set(REASONS.extension["SAFE_TIMING"].not_for) == {"C06", "C07", "C08", "C10"}


def test_a_disclosure_never_lasts_longer_than_three_days():
    assert all(1 <= reason.max_hours <= 72 for reason in REASONS.disclosure.values())


def test_no_identity_leaves_the_tree_without_consent_or_seal():
    travelling = {code: body.identity for code, body in REASONS.referral.items() if body.identity != "never"}
    assert travelling == {
        "LABOUR": "with_consent",
        "DISCIPLINE": "sealed_to_body",
        "SUPERIOR": "resealed",
        "OTHER_CAD": "resealed",
    }


def test_json_editions_hold_no_key_twice():
    def once(pairs):
        assert len(pairs) == len(dict(pairs))
        return dict(pairs)

    for file in FILES:
        if file.name.endswith(".json"):
            json.loads(file.read_bytes(), object_pairs_hook=once)
