"""Which duties one person may hold together."""

import pytest

from portal.domain.seating import conflict
from portal.domain.vocabulary import Duty


@pytest.mark.parametrize("duty", Duty)
def test_any_one_duty_may_be_held(duty: Duty) -> None:
    assert conflict({duty}) is None


@pytest.mark.parametrize("duty", Duty)
def test_who_audits_or_administers_does_nothing_else(duty: Duty) -> None:
    for alone in {Duty.AUDIT, Duty.ADMINISTER} - {duty}:
        assert "does nothing else" in conflict({alone, duty})


def test_lead_and_custody_are_never_one_person() -> None:
    assert "custody" in conflict({Duty.LEAD, Duty.CUSTODY})


@pytest.mark.parametrize("duty", [Duty.INTAKE, Duty.INVESTIGATE, Duty.LEAD, Duty.AWARD])
def test_who_pays_handles_no_report(duty: Duty) -> None:
    assert conflict({Duty.PAYOUT, duty}) is not None


def test_intake_may_investigate_and_a_lead_may_approve_rewards() -> None:
    assert conflict({Duty.INTAKE, Duty.INVESTIGATE}) is None
    assert conflict({Duty.LEAD, Duty.AWARD}) is None
