"""What no portal that keeps its rules does with lists for the bank: listed twice, ended or booked past its list."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.countersign import LIFE
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.illegal_rewards import claimed, ended, pay, released
from tests.telling import HOME, Book, Sequence

PAYOUT = Duty.PAYOUT


def again(book: Book) -> UUID:
    """The same, where Zhao sits there already."""
    payout, motion, expires = claimed(book), uuid4(), written(book.now + LIFE)
    desk = str(book.ledger.desk(PAYOUT, HOME))
    book.officer("qian", "motion_proposed", PAYOUT, ("motions", motion), kind="pay", expires=expires, desk=desk)
    pay(book, "payout_released", payout, "zhao")
    book.confirm("zhao", motion, "pay", PAYOUT)
    return payout


def banked(book: Book, event: str, bank: UUID, who: str = "qian", **facts: Any) -> None:
    book.officer(who, event, PAYOUT, ("bank_lists", bank), **facts)


def listed(book: Book, *payouts: UUID) -> UUID:
    bank = uuid4()
    banked(book, "bank_list_made", bank, payouts=[str(one) for one in payouts])
    return bank


def recalled(book: Book, bank: UUID) -> None:
    """Proposed by Qian, agreed to by Zhao."""
    motion = book.propose("qian", "recall", duty=PAYOUT, own=PAYOUT)
    banked(book, "bank_list_recalled", bank, "zhao")
    book.confirm("zhao", motion, "recall", PAYOUT)


def lists_as_the_rules_have_them(book: Book) -> None:
    """One is sent back, one is recalled and listed anew, and paid."""
    released(book)
    payout = again(book)
    bank = listed(book, payout)
    banked(book, "bank_list_opened", bank, count=1)
    banked(book, "bank_list_taken", bank, kind="csv", count=1)
    pay(book, "payout_failed", payout, list=str(bank))
    payout = again(book)
    recalled(book, listed(book, payout))
    pay(book, "payout_paid", payout, list=str(listed(book, payout)))


def listed_twice(book: Book) -> None:
    payout = released(book)
    listed(book, payout)
    listed(book, payout)


def listed_before_two_released_it(book: Book) -> None:
    listed(book, claimed(book))


def listed_by_the_award_desk(book: Book) -> None:
    banked(book, "bank_list_made", uuid4(), "song", payouts=[str(released(book))])


def booked_past_its_list(book: Book) -> None:
    payout = released(book)
    listed(book, payout)
    pay(book, "payout_paid", payout)


def sent_back_by_a_bank_that_never_had_it(book: Book) -> None:
    listed(book, released(book))
    pay(book, "payout_failed", again(book))


def ended_while_the_bank_has_it(book: Book) -> None:
    payout = released(book)
    listed(book, payout)
    ended(book, payout)


def recalled_once_the_bank_had_answered(book: Book) -> None:
    payout = released(book)
    bank = listed(book, payout)
    pay(book, "payout_paid", payout, list=str(bank))
    recalled(book, bank)


def recalled_by_one(book: Book) -> None:
    banked(book, "bank_list_recalled", listed(book, released(book)))


def given_out_once_the_bank_had_answered(book: Book) -> None:
    payout = released(book)
    bank = listed(book, payout)
    pay(book, "payout_paid", payout, list=str(bank))
    banked(book, "bank_list_taken", bank, kind="csv", count=1)


def a_list_that_nobody_made(book: Book) -> None:
    banked(book, "bank_list_opened", uuid4(), count=1)


BANK: Mapping[Sequence, tuple[Rule, str]] = {
    listed_twice: (Rule.PAYOUT, "stand in no list"),
    listed_before_two_released_it: (Rule.PAYOUT, "payments that were released"),
    listed_by_the_award_desk: (Rule.DUTY, "somebody of the payout desk"),
    booked_past_its_list: (Rule.PAYOUT, "the list that it stands in"),
    sent_back_by_a_bank_that_never_had_it: (Rule.PAYOUT, "what stands in a list for the bank"),
    ended_while_the_bank_has_it: (Rule.PAYOUT, "what stands in no list for the bank"),
    recalled_once_the_bank_had_answered: (Rule.PAYOUT, "to which the bank has answered nothing"),
    recalled_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation"),
    given_out_once_the_bank_had_answered: (Rule.PAYOUT, "that the bank has still to answer"),
    a_list_that_nobody_made: (Rule.KNOWN, "a list that was made"),
}
