"""A report arrives: its token, its way, one receipt however often and by however many at once it is sent."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from crypto import certificates, tree
from crypto import receipt as receipts
from crypto.keys import SigningKey
from crypto.primitives import sha256
from crypto.receipt import Receipt
from portal.domain import proofs
from portal.domain.errors import NoDeskError, StaleError, TokenError, UncertifiedKeyError
from portal.domain.proofs import Promise
from portal.domain.vocabulary import CaseState, ClockState, LetterKind
from portal.office import arrival, founding, mailbox, reports
from portal.store.cases import Case, Clock
from portal.store.reports import Letter, Report
from tests.sending import arrive, box, plan, reporter, run, send, submission
from tests.world import World


def token(world: World, **span: float) -> str:
    return reports.new_token(world.house, world.clock() + timedelta(**span))


def read(world: World, text: str) -> Receipt:
    return reports.read_receipt(world.house, text, world.clock())


def count(world: World, table: str) -> int:
    return run(world, f"SELECT count(*) FROM {table}")[0][0]


# The token


def test_a_token_stands_for_one_receipt_for_twelve_hours(world: World) -> None:
    text = token(world)
    first = read(world, text)
    world.clock.forward(hours=12)
    assert read(world, text) == first
    world.clock.forward(seconds=1)
    with pytest.raises(TokenError, match="open too long"):
        read(world, text)


def test_another_token_stands_for_another_receipt(world: World) -> None:
    assert len({str(read(world, token(world))) for _ in range(50)}) == 50


def test_a_token_from_a_host_a_little_ahead_is_taken_and_one_from_the_future_is_not(world: World) -> None:
    read(world, token(world, seconds=60))
    with pytest.raises(TokenError):
        read(world, token(world, seconds=61))


@pytest.mark.sqlite
@pytest.mark.parametrize("text", ["", "x", "A" * 76, "é" * 76, "=" * 76])
def test_what_is_no_token_is_refused(world: World, text: str) -> None:
    with pytest.raises(TokenError, match="not made by this portal"):
        read(world, text)


@pytest.mark.sqlite
def test_a_token_changed_in_any_place_is_refused(world: World) -> None:
    text = token(world)
    for at in range(0, len(text), 5):
        other = "A" if text[at] != "A" else "B"
        with pytest.raises(TokenError):
            read(world, text[:at] + other + text[at + 1 :])


@pytest.mark.sqlite
def test_a_token_of_another_installation_is_refused(world: World) -> None:
    foreign = receipts.issue_token(b"another secret of 32 bytes......", issued_at=int(world.clock().timestamp()))
    with pytest.raises(TokenError):
        read(world, foreign)


# The way


def test_a_report_goes_to_the_desks_of_its_division(world: World) -> None:
    one = plan(world, submission(world))
    seats = {name: world.actor(name).seats[0].desk_id for name in ("lin", "gao", "he", "sheng-lead")}
    assert (one.desks.intake, one.desks.lead, one.desks.custody) == (seats["lin"], seats["gao"], seats["he"])
    assert one.desks.above == seats["sheng-lead"]
    assert one.authority == "长春市人民防空办公室"


def test_misconduct_goes_to_discipline_alone(world: World) -> None:
    kinds = world.house.policies.categories.kinds.values()
    category = next(kind.code for kind in kinds if kind.misconduct)
    one = plan(world, submission(world, category=category))
    assert one.desks.intake == world.actor("ji").seats[0].desk_id
    assert one.desks.above is None


@pytest.mark.parametrize("said", [{"concerns_office": True}, {"superior": True}])
def test_what_concerns_the_office_or_asks_for_it_goes_one_level_up(world: World, said: dict[str, bool]) -> None:
    one = plan(world, submission(world, **said))
    assert one.desks.intake == world.actor("sheng").seats[0].desk_id


def test_without_a_seated_desk_nothing_is_planned(world: World) -> None:
    run(world, "UPDATE seats SET left_at = seated_at")
    run(world, "UPDATE installation SET generation = generation + 1")
    with pytest.raises(NoDeskError):
        plan(world, submission(world))


def recertify(world: World, installation: bytes, signer: SigningKey) -> None:
    """Give every desk key a certificate that is right in everything else."""
    for subject, body in run(world, "SELECT subject, body FROM certificates WHERE kind = 'desk'"):
        key = certificates.read(body).encryption_key
        made = certificates.issue(certificates.Certificate("desk", installation, subject, key, b"", 1), signer)
        run(world, "UPDATE certificates SET body = ? WHERE subject = ?", made, subject)


def test_a_certificate_by_our_root_for_here_is_believed(world: World) -> None:
    recertify(world, world.house.installation, world.root)
    assert plan(world, submission(world))


@pytest.mark.parametrize("wrong", ["installation", "root"])
def test_a_certificate_of_another_installation_or_root_is_refused(world: World, wrong: str) -> None:
    installation = b"another one 16.!" if wrong == "installation" else world.house.installation
    recertify(world, installation, world.root if wrong == "installation" else SigningKey.generate())
    with pytest.raises(UncertifiedKeyError):
        plan(world, submission(world))
    assert count(world, "reports") == 0


# What arrives


def test_a_report_becomes_a_case_a_letter_a_clock_and_a_receipt(world: World) -> None:
    one = submission(world, may_phone=True)
    sheet = send(world, one)
    with world.store.reading() as session:
        report, case = session.scalars(select(Report)).one(), session.scalars(select(Case)).one()
        letter, clock = session.scalars(select(Letter)).one(), session.scalars(select(Clock)).one()
    assert (case.state, case.number, case.version) == (CaseState.RECEIVED, None, 1)
    assert report.case_id == case.id
    assert (letter.kind, letter.position) == (LetterKind.NARRATIVE, 0)
    assert (clock.rule, clock.state, clock.report_id) == ("C02", ClockState.RUNNING, report.id)
    assert case.due_at == clock.due_at
    assert (sheet.again, sheet.added, sheet.replaced) == (False, False, False)
    assert sheet.reply_by.isoformat() == "2026-03-17"
    assert sheet.receipt == str(read(world, one.token))
    assert len(sheet.digits) == 38


def test_nothing_finer_than_the_hour_is_kept_of_when_it_came(world: World) -> None:
    world.clock.forward(minutes=37, seconds=12)
    arrive(world, may_phone=True)
    hour = "2026-03-02 04:00:00.000000"
    assert run(world, "SELECT arrived_at FROM reports UNION SELECT arrived_at FROM cases") == [(hour,)]
    assert run(world, "SELECT sent_at FROM letters UNION SELECT given_at FROM identity_fields") == [(hour,)]
    assert run(world, "SELECT started_at FROM clocks") == [(hour,)]
    assert {entry["at"] for entry in world.entries()} == {"2026-03-02T04:00:00Z"}


def test_the_promise_is_our_word_on_this_leaf_at_this_index(world: World) -> None:

    sheet = send(world, submission(world))
    leaf = run(world, 'SELECT hash FROM leaves WHERE "index" = ?', sheet.index)[0][0]
    signer = (proofs.promise_name(world.house.origin), world.house.promise_key.public)
    assert proofs.open_promise(sheet.promise, [signer]) == Promise(world.house.origin, sheet.index, leaf)


def test_the_reporter_can_show_years_later_what_was_said(world: World) -> None:
    one = submission(world)
    send(world, one)
    proof = box(world, reporter(world, one)).proof.said
    opening = str(proof["opening"]).encode()
    leaf = tree.leaf_hash(tree.record(bytes.fromhex(str(proof["salt"])), opening))
    assert leaf.hex() == proof["leaf"]
    receipt = read(world, one.token)
    told = tree.canonical(dict(one.narrative.as_json()))
    digest = sha256(receipt.nonce(world.house.installation), told).hex()
    assert json.loads(opening)["facts"]["content"] == digest


def test_two_reports_alike_have_nothing_in_common_on_disk(world: World) -> None:
    send(world, submission(world))
    send(world, submission(world))
    for table in ("letters", "identity_fields"):
        bodies = run(world, f"SELECT body FROM {table}")
        assert len(set(bodies)) == len(bodies) >= 2
    contents = [entry["facts"]["content"] for entry in world.entries() if entry["event"] == "submitted"]
    assert len(set(contents)) == 2


# Desks that change


def move_on(world: World) -> None:
    with world.store.transaction() as session:
        founding.touch(session)


def test_desks_that_changed_between_plan_and_submission_are_sealed_to_anew(world: World) -> None:
    one = submission(world)
    made = plan(world, one)
    sealed = arrival.seal(world.house, made, one, read(world, one.token), now=world.clock())
    move_on(world)

    def late() -> None:
        with world.store.transaction() as session:
            reports.submit(session, world.house, sealed)

    with pytest.raises(StaleError):
        late()
    assert count(world, "reports") == 0
    assert send(world, one).again is False


def test_an_unknown_receipt_finds_nothing(world: World) -> None:
    arrive(world)
    with world.store.reading() as session:
        assert reports.find(session, world.house, read(world, token(world))) is None


def test_a_revoked_receipt_finds_nothing(world: World) -> None:
    one = submission(world)
    send(world, one)
    run(world, "UPDATE receipts SET state = 'revoked'")
    with world.store.reading() as session:
        assert reports.find(session, world.house, read(world, one.token)) is None


def test_a_withdrawn_report_stays_where_it_is(world: World) -> None:
    key, case_id = arrive(world)
    with world.store.transaction() as session:
        mailbox.withdraw(session, world.house, key, now=world.clock())
    assert isinstance(case_id, UUID)
    assert count(world, "letters") == 1
