"""Who receives a report: a table of places and answers, and what must hold whoever is seated."""

from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import NoDeskError, PolicyError
from portal.domain.jurisdiction import (
    OPENING_DUTIES,
    AuthorityTree,
    Node,
    Routing,
    common_superior,
    misconduct_open,
    open_for_reports,
    route,
)
from portal.domain.vocabulary import AuthorityKind, Duty
from portal.policy.loader import load_policies

POLICIES = load_policies()
PROVINCE, CHANGCHUN, SIPING, TONGHUA = (f"office-{n}" for n in ("220000", "220100", "220300", "220500"))
NANGUAN, DISCIPLINE = "office-220102", "discipline-220000"
INTAKE, LEAD, CUSTODY = OPENING_DUTIES


def id_of(code):
    return uuid5(NAMESPACE_OID, code)


def node(seed):
    superior = seed.superior_code and id_of(seed.superior_code)
    return Node(id_of(seed.code), superior, seed.kind, seed.division)


def full(*codes):
    return {(id_of(code), duty) for code in codes for duty in OPENING_DUTIES}


JILIN = AuthorityTree.of(map(node, POLICIES.authorities.seeds), POLICIES.divisions.routing_parents())
DEMO = frozenset(full(PROVINCE, CHANGCHUN, SIPING, DISCIPLINE))
NAMES = {id_of(seed.code): seed.code for seed in POLICIES.authorities.seeds}


def send(division, seats=DEMO, *, tree=JILIN, misconduct=False, concerns_office=False, superior=False):
    return route(
        tree, seats, division=division, misconduct=misconduct, concerns_office=concerns_office, superior=superior
    )


def receiver(*args, **answers):
    return NAMES[send(*args, **answers).authority]


@pytest.mark.parametrize(
    ("division", "code"),
    [
        ("220000", PROVINCE),
        ("220100", CHANGCHUN),
        ("220102", CHANGCHUN),  # no county office is seated
        ("220184", CHANGCHUN),  # 公主岭, since 2020
        ("220381", CHANGCHUN),  # its former code
        ("220171", CHANGCHUN),  # a development zone is a place, not a jurisdiction
        ("220322", SIPING),
        ("222401", PROVINCE),  # nobody is seated in Yanbian
        ("220581", PROVINCE),  # 梅河口 stands directly under the province
        ("X-CBS", PROVINCE),
        ("X-DIRECT", PROVINCE),
    ],
)
def test_a_report_goes_to_the_nearest_seated_office(division, code):
    assert receiver(division) == code


def test_meihekou_goes_to_the_province_even_where_tonghua_is_seated():
    seats = DEMO | full(TONGHUA)
    assert receiver("220581", seats) == PROVINCE
    assert receiver("220582", seats) == TONGHUA


def test_the_desks_meet_at_the_receiving_office_with_a_lead_above():
    at = id_of(CHANGCHUN)
    assert send("220102") == Routing(at, at, at, at, above=id_of(PROVINCE))
    assert send("220000").above is None


@pytest.mark.parametrize(
    ("division", "seated", "code"),
    [
        ("220102", [], PROVINCE),  # 长春 would have received it
        ("220102", [NANGUAN], CHANGCHUN),
        ("220100", [], PROVINCE),
        ("220000", [], DISCIPLINE),
        ("222401", [], DISCIPLINE),  # the province would have received it
        ("220581", [], DISCIPLINE),
        ("220582", [TONGHUA], PROVINCE),
    ],
)
def test_a_report_on_the_office_goes_above_whoever_would_have_received_it(division, seated, code):
    assert receiver(division, DEMO | full(*seated), concerns_office=True) == code


@pytest.mark.parametrize(
    ("division", "seated", "code"),
    [
        ("220102", [], PROVINCE),
        ("220102", [NANGUAN], CHANGCHUN),
        ("220100", [], PROVINCE),
        ("220000", [], PROVINCE),  # the province stays
        ("222401", [], PROVINCE),
    ],
)
def test_a_reporter_may_ask_for_the_level_above(division, seated, code):
    assert receiver(division, DEMO | full(*seated), superior=True) == code


@pytest.mark.parametrize("division", ["220000", "220100", "220102", "222401"])
def test_asking_for_the_level_above_adds_nothing_to_a_report_on_the_office(division):
    alone = send(division, concerns_office=True)
    assert send(division, concerns_office=True, superior=True) == alone


@pytest.mark.parametrize("division", ["220000", "220102", "nowhere"])
@pytest.mark.parametrize("answers", [{}, {"concerns_office": True}, {"superior": True}])
def test_misconduct_goes_to_discipline_alone(division, answers):
    at = id_of(DISCIPLINE)
    assert send(division, misconduct=True, **answers) == Routing(at, at, at, at, above=None)


@pytest.mark.parametrize("missing", OPENING_DUTIES)
def test_misconduct_never_falls_back(missing):
    seats = DEMO - {(id_of(DISCIPLINE), missing)}
    assert not misconduct_open(JILIN, seats)
    with pytest.raises(NoDeskError, match="off-line"):
        send("220102", seats, misconduct=True)
    with pytest.raises(NoDeskError, match="off-line"):
        send("220000", seats, concerns_office=True)


@pytest.mark.parametrize("missing", OPENING_DUTIES)
def test_reporting_opens_when_the_province_itself_is_seated(missing):
    assert open_for_reports(JILIN, full(PROVINCE))
    assert not open_for_reports(JILIN, DEMO - {(id_of(PROVINCE), missing)})


def test_discipline_opens_apart_from_the_province():
    assert misconduct_open(JILIN, full(DISCIPLINE))
    assert not open_for_reports(JILIN, full(DISCIPLINE))
    assert not misconduct_open(JILIN, full(PROVINCE))


@pytest.mark.parametrize("duty", [LEAD, CUSTODY])
def test_a_desk_below_the_receiving_office_is_passed_over(duty):
    found = send("220102", (DEMO - {(id_of(CHANGCHUN), duty)}) | {(id_of(NANGUAN), duty)})
    assert found.authority == id_of(CHANGCHUN)
    assert (found.lead if duty is LEAD else found.custody) == id_of(PROVINCE)


def test_each_duty_is_sought_on_its_own():
    found = send("220102", DEMO - {(id_of(CHANGCHUN), CUSTODY)})
    assert (found.intake, found.lead) == (id_of(CHANGCHUN), id_of(CHANGCHUN))
    assert (found.custody, found.above) == (id_of(PROVINCE), id_of(PROVINCE))


@pytest.mark.parametrize("missing", OPENING_DUTIES)
def test_a_duty_that_nobody_holds_up_the_tree_is_refused_by_name(missing):
    seats = {seat for seat in DEMO if seat[1] is not missing}
    with pytest.raises(NoDeskError, match=missing):
        send("220102", seats)


def test_other_duties_receive_nothing():
    seats = {(id_of(NANGUAN), duty) for duty in Duty if duty not in OPENING_DUTIES}
    assert receiver("220102", DEMO | seats) == CHANGCHUN


def test_a_division_that_nobody_answers_for_is_refused():
    with pytest.raises(NoDeskError, match="999999"):
        send("999999")


def test_a_circle_of_routing_parents_ends():
    tree = AuthorityTree.of([Node(id_of("r"), None, AuthorityKind.OFFICE, "1")], {"2": "3", "3": "2"})
    with pytest.raises(NoDeskError, match="2"):
        send("2", tree=tree)


def office(code, superior=None, *, division=None, kind=AuthorityKind.OFFICE):
    return Node(id_of(code), superior and id_of(superior), kind, division or code)


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ([], "one root"),
        ([office("a"), office("b")], "one root"),
        ([office("a"), office("b", "a", division="a")], "one division"),
        ([office("a"), office("b", "x")], "unknown"),
        ([office("a"), office("b", "c"), office("c", "b")], "circle"),
        ([office("a"), office("d", kind=AuthorityKind.DISCIPLINE), office("b", "d")], "unknown"),
        ([office("a"), office("d", "a", kind=AuthorityKind.DISCIPLINE)], "outside"),
        (
            [office("a"), *(office(code, kind=AuthorityKind.DISCIPLINE) for code in "de")],
            "more than one discipline",
        ),
    ],
)
def test_what_is_no_tree_is_refused(nodes, why):
    with pytest.raises(PolicyError, match=why):
        AuthorityTree.of(nodes)


CHAIN = [PROVINCE, CHANGCHUN, NANGUAN]
seat_sets = st.sets(st.tuples(st.sampled_from([*CHAIN, TONGHUA, DISCIPLINE]).map(id_of), st.sampled_from(Duty)))
divisions = st.sampled_from(["220000", "220100", "220102", "220171", "220581", "220582", "X-CBS"])


def try_send(division, seats, **answers):
    try:
        return send(division, seats, **answers)
    except NoDeskError:
        return None


def desks(found):
    return [(found.intake, INTAKE), (found.lead, LEAD), (found.custody, CUSTODY)]


@given(divisions, seat_sets, st.booleans(), st.booleans(), st.booleans())
def test_every_chosen_desk_is_seated(division, seats, misconduct, concerns, superior):
    found = try_send(division, seats, misconduct=misconduct, concerns_office=concerns, superior=superior)
    if found is not None:
        assert set(desks(found)) <= seats
        assert found.above is None or (found.above, LEAD) in seats
        assert found.authority == found.intake


@given(divisions, seat_sets)
def test_every_chosen_desk_is_the_nearest_going_up(division, seats):
    found = try_send(division, seats)
    path = list(JILIN.upwards(JILIN.office_of(division)))
    if found is not None:
        received = path.index(found.authority)
        for desk, duty in desks(found):
            begin = 0 if duty is INTAKE else received
            assert not [a for a in path[begin : path.index(desk)] if (a, duty) in seats]
        higher = [a for a in path[path.index(found.lead) + 1 :] if (a, LEAD) in seats]
        assert found.above == next(iter(higher), None)


@given(divisions, seat_sets, st.booleans())
def test_nothing_reaches_the_office_it_concerns_or_any_below(division, seats, superior):
    found = try_send(division, seats, concerns_office=True, superior=superior)
    path = list(JILIN.upwards(JILIN.office_of(division)))
    concerned = next((a for a in path if (a, INTAKE) in seats), None)
    if found is not None:
        below = path[: path.index(concerned) + 1]
        assert not {found.intake, found.lead, found.custody, found.above} & set(below)


@given(divisions, seat_sets, st.booleans(), st.booleans())
def test_discipline_is_chosen_whole_or_not_at_all(division, seats, concerns, superior):
    found = try_send(division, seats, concerns_office=concerns, superior=superior)
    if found is not None:
        chosen = [id_ == id_of(DISCIPLINE) for id_, _ in desks(found)]
        assert all(chosen) or not any(chosen)
        assert not any(chosen) or concerns


@pytest.mark.parametrize(
    ("one", "other", "seats", "superior"),
    [
        (CHANGCHUN, SIPING, DEMO, PROVINCE),
        (NANGUAN, CHANGCHUN, DEMO, PROVINCE),  # above both: never one of the two
        (CHANGCHUN, PROVINCE, DEMO, None),
        (CHANGCHUN, DISCIPLINE, DEMO, None),
        (CHANGCHUN, SIPING, DEMO - {(id_of(PROVINCE), LEAD)}, None),
    ],
)
def test_the_common_superior_is_above_both_and_seated(one, other, seats, superior):
    wanted = superior and id_of(superior)
    assert common_superior(JILIN, seats, id_of(one), id_of(other)) == wanted
    assert common_superior(JILIN, seats, id_of(other), id_of(one)) == wanted
