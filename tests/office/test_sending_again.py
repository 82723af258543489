"""The same form once more, or by two at once: one report, one receipt; what changed is added, identity is anew."""

import threading

import pytest

from portal.domain.errors import AlreadyReceivedError, StaleError
from portal.domain.vocabulary import IdentityField, LetterKind, Mode
from portal.office import arrival, founding, identity, mailbox, reports
from tests.sending import NAMED, UNNAMED, box, case_of, open_case, plan, reporter, run, say, send, submission
from tests.world import World


def token(world: World) -> str:
    return reports.new_token(world.house, world.clock())


def read(world: World, text: str):
    return reports.read_receipt(world.house, text, world.clock())


def count(world: World, table: str) -> int:
    return run(world, f"SELECT count(*) FROM {table}")[0][0]


def move_on(world: World) -> None:
    with world.store.transaction() as session:
        founding.touch(session)


def test_sent_twice_it_is_one_report_with_the_same_receipt(world: World) -> None:
    one = submission(world)
    first, second = send(world, one), send(world, one)
    assert (first.receipt, first.index, first.promise) == (second.receipt, second.index, second.promise)
    assert (second.again, second.added) == (True, False)
    assert count(world, "reports") == count(world, "receipts") == count(world, "letters") == 1


def test_sent_twice_it_leaves_no_entry_and_the_identity_as_it_was_sealed(world: World) -> None:
    one = submission(world, may_phone=True)
    send(world, one)
    entries, fields = world.entries(), run(world, "SELECT id, body FROM identity_fields ORDER BY id")
    second = send(world, one)
    assert (second.added, second.replaced) == (False, False)
    assert world.entries() == entries
    assert run(world, "SELECT id, body FROM identity_fields ORDER BY id") == fields
    world.sign()
    assert world.verify().unsigned == 0


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


def test_an_addition_alone_leaves_the_identity_as_it_is(world: World) -> None:
    text = token(world)
    retold(world, text, may_phone=True)
    before = run(world, "SELECT id FROM identity_fields ORDER BY id")
    sheet = retold(world, text, place="地下三层", may_phone=True)
    assert (sheet.added, sheet.replaced) == (True, False)
    assert world.events()[2:] == ["added"]
    assert run(world, "SELECT id FROM identity_fields ORDER BY id") == before


@pytest.mark.parametrize("changes", [{"may_phone": False}, {"identity": {**NAMED, IdentityField.PHONE: "13900000000"}}])
def test_another_number_or_no_tick_is_another_identity(world: World, changes) -> None:
    text = token(world)
    retold(world, text, may_phone=True)
    marks = run(world, "SELECT identity_mark FROM reports")
    assert retold(world, text, **{"may_phone": True, **changes}).replaced
    assert "identity_replaced" in world.events()
    assert run(world, "SELECT identity_mark FROM reports") != marks
    before = world.entries()
    retold(world, text, **{"may_phone": True, **changes})
    assert world.entries() == before


def test_the_mark_says_nothing_without_the_code(world: World) -> None:
    for _ in range(2):
        send(world, submission(world))
    ((one,), (two,)) = run(world, "SELECT identity_mark FROM reports")
    assert len(one) == len(two) == 32
    assert one != two


def test_what_was_said_in_the_mailbox_wins_over_the_form_sent_again(world: World) -> None:
    """A reload must not bring back what was erased."""
    text = token(world)
    retold(world, text)
    key = reporter(world, submission(world, text))
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())
    sheet = retold(world, text)
    assert (sheet.replaced, sheet.identity_kept) == (False, True)
    assert run(world, "SELECT field FROM identity_fields") == [("relation",)]


def test_to_stay_anonymous_after_all_counts_whatever_the_mailbox_said(world: World) -> None:
    text = token(world)
    retold(world, text)
    key = reporter(world, submission(world, text))
    giving = identity.replacing({IdentityField.NAME: "周大明"}, may_phone=False)
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())
    sheet = retold(world, text, identity=UNNAMED, mode=Mode.ANONYMOUS)
    assert not sheet.identity_kept
    assert run(world, "SELECT field FROM identity_fields") == [("relation",)]


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
            reports.store_again(session, world.house, again, now=world.clock())

    with pytest.raises(StaleError):
        late()
    assert send(world, other).added
