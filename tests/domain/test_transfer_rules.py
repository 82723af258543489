"""Whom a report may be handed to (转办), whoever is seated and whoever has handed it on before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.jurisdiction import handed_to, transfer_targets
from portal.domain.vocabulary import AuthorityKind, Duty
from tests.domain.test_jurisdiction import (
    CHANGCHUN,
    DEMO,
    DISCIPLINE,
    INTAKE,
    JILIN,
    NAMES,
    NANGUAN,
    PROVINCE,
    SIPING,
    TONGHUA,
    full,
    id_of,
)

PLACES = [PROVINCE, CHANGCHUN, NANGUAN, SIPING, TONGHUA]
ALL = frozenset(full(*PLACES, DISCIPLINE))
offices = st.sampled_from(PLACES).map(id_of)
seat_sets = st.sets(st.tuples(st.sampled_from([*PLACES, DISCIPLINE]).map(id_of), st.sampled_from(Duty)))


def targets(handler, seats=ALL, *, passed_on=(), upwards=False):
    found = transfer_targets(
        JILIN, frozenset(seats), id_of(handler), passed_on=frozenset(map(id_of, passed_on)), upwards=upwards
    )
    return {NAMES[one] for one in found}


@pytest.mark.parametrize(
    ("handler", "told", "expected"),
    [
        (SIPING, {}, {PROVINCE, CHANGCHUN, NANGUAN, TONGHUA, DISCIPLINE}),
        (NANGUAN, {"upwards": True}, {CHANGCHUN, PROVINCE, DISCIPLINE}),
        (PROVINCE, {"upwards": True}, {DISCIPLINE}),
        (CHANGCHUN, {"passed_on": [SIPING]}, {PROVINCE, NANGUAN, TONGHUA, DISCIPLINE}),
        (CHANGCHUN, {"passed_on": [PROVINCE, NANGUAN]}, {NANGUAN, SIPING, TONGHUA, DISCIPLINE}),
        (PROVINCE, {"passed_on": [CHANGCHUN, SIPING]}, {CHANGCHUN, NANGUAN, SIPING, TONGHUA, DISCIPLINE}),
        (DISCIPLINE, {}, set()),
    ],
)
def test_where_a_report_may_go(handler, told, expected):
    assert targets(handler, **told) == expected


def test_discipline_is_offered_only_where_it_can_take_reports():
    assert DISCIPLINE in targets(SIPING, DEMO)
    assert DISCIPLINE not in targets(SIPING, DEMO - {(id_of(DISCIPLINE), Duty.CUSTODY)})


@given(offices, seat_sets, st.sets(offices), st.booleans())
def test_every_target_is_seated_another_one_and_never_below_who_was_kept_out(handler, seats, passed_on, upwards):
    found = transfer_targets(JILIN, seats, handler, passed_on=passed_on, upwards=upwards)
    assert handler not in found
    for one in found:
        if JILIN.nodes[one].kind is AuthorityKind.OFFICE:
            assert (one, INTAKE) in seats
            assert not upwards or one in set(JILIN.upwards(handler))


@given(offices, st.sets(offices))
def test_who_has_handed_it_on_gets_it_back_only_from_above(handler, passed_on):
    for one in transfer_targets(JILIN, ALL, handler, passed_on=passed_on, upwards=False):
        assert one not in passed_on or handler in set(JILIN.upwards(one))


@given(offices)
def test_who_receives_what_is_handed_over_is_who_was_named(office):
    there = handed_to(JILIN, ALL, office)
    assert (there.authority, there.intake) == (office, office)
    assert handed_to(JILIN, ALL, id_of(DISCIPLINE)).above is None
