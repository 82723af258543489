"""What a reporter sends while they take the report back in another window: nothing of it is stored afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.domain.errors import IllegalTransitionError, StaleError
from portal.domain.vocabulary import IdentityField
from portal.office import identity, mailbox, reports
from portal.office.keyring import ReporterKey
from tests.sending import NAMED, arrive, reporter, run, send, submission
from tests.world import World


def withdraw(world: World, key: ReporterKey) -> None:
    with world.store.transaction() as session:
        mailbox.withdraw(session, world.house, key, now=world.clock())


@contextmanager
def nothing_comes_of_it(world: World) -> Iterator[None]:
    before = run(world, "SELECT count(*) FROM identity_fields")
    with pytest.raises((IllegalTransitionError, StaleError)):
        yield
    assert run(world, "SELECT count(*) FROM identity_fields") == before
    world.sign()
    world.verify()


def test_no_name_is_stored_of_who_has_withdrawn(world: World) -> None:
    key, _ = arrive(world)
    told = identity.replacing({IdentityField.EMAIL: "zhou@example.cn"}, may_phone=False)
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, told, now=world.clock())
    withdraw(world, key)
    with nothing_comes_of_it(world), world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())


def test_what_is_erased_is_erased_all_the_same(world: World) -> None:
    key, _ = arrive(world)
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    withdraw(world, key)
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())
    assert run(world, "SELECT field FROM identity_fields") == [("relation",)]
    world.sign()
    world.verify()


def test_nor_a_form_that_is_sent_again(world: World) -> None:
    one = submission(world, identity=NAMED)
    send(world, one)
    key, now = reporter(world, one), world.clock()
    other = submission(world, one.token, {**NAMED, IdentityField.EMAIL: "zhou@example.cn"}, description="换了一把锁。")
    receipt = reports.read_receipt(world.house, one.token, now)
    with world.store.reading() as session:
        known = reports.find(session, world.house, receipt)
        assert known is not None
        made = reports.prepare_again(session, world.house, other, receipt, known, "zh-Hans", now=now)
    withdraw(world, key)
    with nothing_comes_of_it(world), world.store.transaction() as session:
        reports.store_again(session, world.house, made, now=now)
