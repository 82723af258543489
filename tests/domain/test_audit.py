"""The catalogue of ledger events, and the opening that a leaf commits to."""

import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import tree
from portal.domain import audit
from portal.domain.audit import EVENTS, REPORTER, SYSTEM, Effect, Party
from portal.domain.errors import LedgerError
from portal.domain.facts import FACTS, KINDS
from portal.domain.vocabulary import ActorKind, Duty, IdentityField

NOON = datetime(2026, 3, 2, 12, 34, 56, tzinfo=timezone(timedelta(hours=8)))
OFFICER = Party(ActorKind.OFFICER, uuid4(), uuid4(), Duty.INTAKE)
PARTIES = {ActorKind.OFFICER: OFFICER, ActorKind.REPORTER: REPORTER, ActorKind.SYSTEM: SYSTEM}
ONE = str(UUID(int=1))
# Kind → something of that kind, and what somebody might slip in instead.
FITTING = {
    "id": ONE,
    "ids": [ONE],
    "code": "EXIT-01",
    "codes": ["host", "port"],
    "duty": "intake",
    "edition": "2027-provisional",
    "number": 3,
    "boolean": True,
    "date": "2026-03-02",
    "instant": "2026-03-02T04:00:00Z",
    "digest": "ab" * 32,
    "digests": {"host": "ab" * 32},
    "fingerprint": "AB12 CD34",
    "case number": "220100J-2026-00001",
    "fields": ["name", "phone"],
    "clocks": {"C05": "2026-03-02T04:00:00Z"},
    "origin": "report.example.cn:8443/ledger",
}
WORDS = (
    "周小明",
    "13800000000",
    "220102199001011234",
    "7KQ4M-2XD9H-7KQ4M",
    "a sentence of words",
    "zhou@example.cn",
    "",
)


def filled(event: str) -> dict[str, object]:
    """Every fact that an event declares."""
    return {fact: FITTING[FACTS[fact]] for fact in EVENTS[event].facts}


def opened(event="opened", party=None, facts=None, **options):
    facts = {**filled(event), **(facts or {})} if event in EVENTS else {}
    party = party or (PARTIES[min(EVENTS[event].actors)] if event in EVENTS else OFFICER)
    return audit.opening(event=event, at=NOON, party=party, subject=None, facts=facts, rows=[], **options)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_has_a_plain_name_and_plain_facts(event: str) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", event)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", fact) for fact in EVENTS[event].facts)
    assert EVENTS[event].name == event


def test_no_event_declares_a_fact_that_would_be_personal() -> None:
    """`fields` and `kind` are names of fields and kinds, never what they say."""
    personal = {*map(str, IdentityField), "text", "description", "place", "respondent", "address", "subject", "line"}
    assert not {fact for event in EVENTS.values() for fact in event.facts} & (personal - {"relation"})


def test_whatever_reveals_is_known_to() -> None:
    assert {name for name, event in EVENTS.items() if event.effect is Effect.REVEALS} == {
        "listed",
        "searched",
        "opened",
        "phone_read",
        "file_opened",
        "file_shown",
        "file_taken",
        "award_opened",
        "award_posted",
        "budget_read",
        "payout_opened",
        "payout_letter_shown",
        "payouts_listed",
        "bank_list_opened",
        "bank_list_taken",
        "identity_read",
        "identity_answered",
        "inquiry_read",
        "motion_opened",
        "assignment_opened",
        "referral_shown",
        "declaration_read",
        "request_shown",
        "ledger_read",
        "exported",
    }


def test_an_event_that_was_not_declared_is_refused() -> None:
    with pytest.raises(LedgerError, match="no such event: looked"):
        opened("looked")


@pytest.mark.parametrize("event", EVENTS)
def test_a_fact_that_was_not_declared_is_refused(event: str) -> None:
    with pytest.raises(LedgerError, match="does not declare"):
        opened(event, facts={"name": "周小明"})


@pytest.mark.parametrize("event", EVENTS)
def test_every_declared_fact_is_taken_and_none_may_lack_but_the_optional(event: str) -> None:
    facts = filled(event)
    assert opened(event)["facts"] == facts
    for fact in facts:
        less = {name: value for name, value in facts.items() if name != fact}
        party = PARTIES[min(EVENTS[event].actors)]
        said = {"event": event, "at": NOON, "party": party, "subject": None, "facts": less, "rows": []}
        if fact in EVENTS[event].optional:
            assert audit.opening(**said)["facts"] == less
        else:
            with pytest.raises(LedgerError, match=f"{event} lacks"):
                audit.opening(**said)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_of_its_kind_and_never_words(kind: str) -> None:
    assert KINDS[kind](FITTING[kind])
    others = [value for other, value in FITTING.items() if type(value) is not type(FITTING[kind])]
    for value in (*WORDS, *([word] for word in WORDS), *({word: word} for word in WORDS), None, -1, 1.5, *others):
        assert not KINDS[kind](value), value


@pytest.mark.parametrize("event", [name for name, event in EVENTS.items() if event.facts])
def test_a_fact_of_another_kind_is_refused(event: str) -> None:
    for fact in EVENTS[event].facts:
        with pytest.raises(LedgerError, match="is not of the kind"):
            opened(event, facts={fact: "周小明的话"})


@pytest.mark.parametrize("event", EVENTS)
def test_an_actor_who_may_not_cause_it_is_refused(event: str) -> None:
    for kind in ActorKind:
        if kind not in EVENTS[event].actors:
            with pytest.raises(LedgerError, match="is not for a"):
                opened(event, Party(kind))


@pytest.mark.parametrize("reason", ["因为周小明", "13800000000", "no words"])
def test_a_reason_is_a_code(reason: str) -> None:
    with pytest.raises(LedgerError, match="the reason is no code"):
        opened(reason=reason)


def test_every_fact_has_a_kind_and_is_said_by_something() -> None:
    assert set(FACTS.values()) == set(KINDS)
    assert set(FACTS) == {fact for event in EVENTS.values() for fact in event.facts}


def test_an_opening_says_who_in_which_duty_where() -> None:
    said = opened()
    assert said["actor"] == {
        "kind": "officer",
        "officer": str(OFFICER.officer_id),
        "authority": str(OFFICER.authority_id),
        "duty": "intake",
    }
    assert said["authority"] == str(OFFICER.authority_id)


def test_an_opening_may_belong_to_another_authoritys_trail() -> None:
    trail = uuid4()
    assert opened(authority_id=trail)["authority"] == str(trail)


@pytest.mark.parametrize("party", [REPORTER, SYSTEM])
def test_reporters_and_the_clock_have_no_name(party: Party) -> None:
    said = opened("withdrawn" if party is REPORTER else "founded", party)
    assert said["actor"] == {"kind": str(party.kind), "officer": None, "authority": None, "duty": None}
    assert said["authority"] is None


def test_an_opening_names_its_object_and_its_rows() -> None:
    row = UUID(int=7)
    said = audit.opening(
        event="withdrawn",
        at=NOON,
        party=REPORTER,
        subject=("reports", row),
        facts={},
        rows=[["reports", str(row), "ab"]],
        reason="R1",
    )
    assert said["object"] == ["reports", str(row)]
    assert said["rows"] == [["reports", str(row), "ab"]]
    assert said["reason"] == "R1"
    assert tree.canonical(said).startswith(b'{"actor":')


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3.5))])))
def test_an_instant_is_written_in_utc_to_the_second(moment: datetime) -> None:
    if not 1000 < moment.year < 9999:
        return
    text = audit.written(moment)
    assert datetime.fromisoformat(text) == moment.replace(microsecond=0)
    assert text.endswith("Z")


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_hour_is_all_that_is_kept_of_a_moment(moment: datetime) -> None:
    hour = audit.hour_of(moment)
    assert timedelta() <= moment - hour < timedelta(hours=1)
    assert (hour.minute, hour.second, hour.microsecond) == (0, 0, 0)


def test_the_hour_of_a_zone_off_by_half_is_that_of_utc() -> None:
    assert audit.hour_of(datetime(2026, 3, 2, 0, 15, tzinfo=timezone(timedelta(hours=5.5)))) == datetime(
        2026, 3, 1, 18, tzinfo=UTC
    )
