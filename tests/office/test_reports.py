"""A report arrives: its token, its way, one receipt however often and by however many at once it is sent."""

import base64
import json
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from crypto import certificates, tree
from crypto import receipt as receipts
from crypto.keys import SigningKey
from crypto.primitives import sha256
from crypto.receipt import Receipt
from portal.domain.errors import AlreadyReceivedError, NoDeskError, StaleError, TokenError, UncertifiedKeyError
from portal.domain.vocabulary import CaseState, ClockState, IdentityField, LetterKind, Mode
from portal.office import arrival, founding, mailbox, reports
from portal.store.cases import Case, Clock
from portal.store.reports import Letter, Report
from tests.sending import NAMED, UNNAMED, arrive, box, case_of, open_case, plan, reporter, run, say, send, submission
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


@pytest.mark.parametrize("text", ["", "x", "A" * 76, "é" * 76, "=" * 76])
def test_what_is_no_token_is_refused(world: World, text: str) -> None:
    with pytest.raises(TokenError, match="not made by this portal"):
        read(world, text)


def test_a_token_changed_in_any_place_is_refused(world: World) -> None:
    text = token(world)
    for at in range(0, len(text), 5):
        other = "A" if text[at] != "A" else "B"
        with pytest.raises(TokenError):
            read(world, text[:at] + other + text[at + 1 :])


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


def test_a_certificate_of_another_installation_is_refused(world: World) -> None:
    """Everything in it is right but the installation, and even the right root signed it."""

    root = SigningKey.generate()
    for subject, body in run(world, "SELECT subject, body FROM certificates WHERE kind = 'desk'"):
        said = certificates.read(body)
        foreign = certificates.Certificate("desk", b"another one 16.!", subject, said.encryption_key, b"", 1)
        run(world, "UPDATE certificates SET body = ? WHERE subject = ?", certificates.issue(foreign, root), subject)
    world.house.directories.book.root = root.public
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
    said = tree.canonical(["shaoyin-promise", 1, world.house.origin, sheet.index, leaf.hex()])
    world.house.promise_key.public.verify(base64.b64decode(sheet.promise), said)


def test_the_reporter_can_show_years_later_what_was_said(world: World) -> None:
    one = submission(world)
    send(world, one)
    proof = box(world, reporter(world, one)).proof
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


# Once more


def test_sent_twice_it_is_one_report_with_the_same_receipt(world: World) -> None:
    one = submission(world)
    first, second = send(world, one), send(world, one)
    assert (first.receipt, first.index, first.promise) == (second.receipt, second.index, second.promise)
    assert (second.again, second.added) == (True, False)
    assert count(world, "reports") == count(world, "receipts") == count(world, "letters") == 1


def retold(world: World, text: str, **changes):
    return send(world, submission(world, text, **changes))


def additions(world: World, text: str) -> list[tuple[str, dict[str, str]]]:
    letters = box(world, reporter(world, submission(world, text))).letters
    return [(one.text, dict(one.changes)) for one in letters if one.kind is LetterKind.ADDITION]


def test_other_words_become_an_addition_of_what_changed(world: World) -> None:
    text = token(world)
    retold(world, text)
    sheet = retold(world, text, place="地下三层")
    assert (sheet.again, sheet.added) == (True, True)
    assert additions(world, text) == [("", {"place": "地下三层"})]


def test_a_description_told_anew_is_shown_as_words(world: World) -> None:
    text = token(world)
    retold(world, text)
    retold(world, text, description="锁换了新的。")
    assert additions(world, text) == [("锁换了新的。", {"description": "锁换了新的。"})]


def test_the_same_change_sent_again_is_no_second_addition(world: World) -> None:
    """A place told anew must not make the description look changed."""
    text = token(world)
    retold(world, text)
    for _ in range(3):
        sheet = retold(world, text, place="地下三层")
    assert sheet.added is False
    assert len(additions(world, text)) == 1


def test_words_written_in_the_mailbox_are_not_taken_for_the_description(world: World) -> None:
    text = token(world)
    retold(world, text)
    say(world, reporter(world, submission(world, text)), "对了，门口有摄像头")
    assert retold(world, text).added is False


def test_going_back_to_what_was_said_first_is_told_too(world: World) -> None:
    text = token(world)
    retold(world, text)
    retold(world, text, place="地下三层", occurred_on=world.clock().date())
    retold(world, text)
    assert additions(world, text)[-1] == ("", {"place": "地下二层东侧6号出口", "occurred_on": "None"})


def test_the_officer_reads_additions_too(world: World) -> None:

    text = token(world)
    retold(world, text)
    retold(world, text, place="地下三层")
    key = reporter(world, submission(world, text))
    sheet = open_case(world, "lin", case_of(world, key))
    assert [dict(letter.changes) for letter in sheet.letters] == [{"place": "地下三层"}]


def test_identity_is_replaced_and_what_was_dropped_is_erased(world: World) -> None:
    text = token(world)
    retold(world, text, may_phone=True)
    before = set(run(world, "SELECT id FROM identity_fields"))
    other = {IdentityField.RELATION: "insider", IdentityField.NAME: "周大明", IdentityField.EMAIL: "z@example.invalid"}
    sheet = retold(world, text, identity=other)
    assert sheet.replaced
    assert {name for (name,) in run(world, "SELECT field FROM identity_fields")} == {"relation", "name", "email"}
    assert not before & set(run(world, "SELECT id FROM identity_fields"))
    assert run(world, "SELECT phone FROM reports") == [(None,)]
    assert count(world, "identity_shares") == 6


def test_going_back_to_stay_anonymous_erases_who_it_was(world: World) -> None:
    text = token(world)
    retold(world, text)
    sheet = retold(world, text, identity=UNNAMED, mode=Mode.ANONYMOUS)
    assert sheet.replaced is False
    assert run(world, "SELECT field FROM identity_fields") == [("relation",)]


def test_an_hour_after_arrival_the_code_is_the_way_in(world: World) -> None:
    text = token(world)
    retold(world, text)
    world.clock.forward(hours=1, minutes=59)
    assert retold(world, text).again  # only the hour of arrival is known: nobody is refused before an hour has passed
    world.clock.forward(minutes=1)
    before = world.events()
    with pytest.raises(AlreadyReceivedError):
        retold(world, text)
    assert world.events() == before


def test_the_ledger_holds_after_sending_again(world: World) -> None:
    text = token(world)
    retold(world, text)
    retold(world, text, place="地下三层", identity=UNNAMED)
    world.sign()
    assert world.verify().unsigned == 0
    assert world.events() == ["submitted", "identity_given", "added", "identity_replaced"]


def test_the_same_form_from_two_threads_is_one_report(world: World) -> None:
    one, sheets, gate = submission(world), [], threading.Barrier(2)

    def post() -> None:
        gate.wait()
        sheets.append(send(world, one))

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({sheet.receipt for sheet in sheets}) == 1
    assert sorted(sheet.again for sheet in sheets) == [False, True]
    assert count(world, "reports") == count(world, "cases") == 1
    assert world.verify()


def test_a_report_sealed_twice_is_stored_once(world: World) -> None:
    """Both saw nothing there; the second to write is told so and looks again."""
    one = submission(world)
    receipt = read(world, one.token)
    sealed = [arrival.seal(world.house, plan(world, one), one, receipt, now=world.clock()) for _ in range(2)]
    with world.store.transaction() as session:
        reports.submit(session, world.house, sealed[0])

    def late() -> None:
        with world.store.transaction() as session:
            reports.submit(session, world.house, sealed[1])

    with pytest.raises(StaleError):
        late()
    assert count(world, "reports") == 1
    assert world.verify()


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


def test_desks_that_changed_while_sending_again_are_sealed_to_anew(world: World) -> None:
    one = submission(world)
    send(world, one)
    key = reporter(world, one)
    other = submission(world, one.token, place="地下三层", identity=NAMED)
    with world.store.reading() as session:
        again = reports.prepare_again(
            session, world.house, other, read(world, one.token), key, "zh-Hans", now=world.clock()
        )
    move_on(world)

    def late() -> None:
        with world.store.transaction() as session:
            reports.store_again(session, world.house, again)

    with pytest.raises(StaleError):
        late()
    assert send(world, other).added


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
