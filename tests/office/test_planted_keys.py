"""Who can write to the database but has no key: nothing is sealed under a content key of theirs, nor for their desk.

A planted content key is wrapped to every reader there is, and known to whoever planted it. One that was moved is the
genuine key of another report, which the same desk opens.
"""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from crypto import envelope
from crypto.keys import PublicKey
from portal.app import create_app
from portal.domain.errors import LedgerError, UncertifiedKeyError
from portal.settings import Settings
from tests.disclosing import Office
from tests.office.drills import tamper
from tests.office.test_assigning import assign
from tests.sending import accept, arrive, box, run, say, write
from tests.world import World

pytestmark = pytest.mark.cold


def plant(world: World, report_id: UUID) -> UUID:
    """The next key of a report, drawn by a thief and wrapped to all who read the one before."""
    key, content = envelope.new_key(), uuid4()
    ((entry,),) = run(world, "SELECT entry_id FROM installation")
    run(
        world,
        "INSERT INTO content_keys (id, report_id, case_id, compartment, generation, entry_id)"
        " VALUES (?, ?, NULL, 'report', 2, ?)",
        *(content.bytes, report_id.bytes, entry),
    )
    readers = run(
        world,
        "SELECT g.desk_epoch_id, g.receipt_id, COALESCE(e.public_key, r.public_key), g.state FROM key_grants g"
        " JOIN content_keys k ON k.id = g.content_key_id LEFT JOIN desk_epochs e ON e.id = g.desk_epoch_id"
        " LEFT JOIN receipts r ON r.id = g.receipt_id WHERE k.report_id = ? AND k.compartment = 'report'",
        report_id.bytes,
    )
    assert len(readers) == 4
    for epoch, receipt, public, state in readers:
        grant = uuid4()
        place = world.house.binding("key_grants", grant.bytes, "wrapped", content.bytes)
        wrapped = envelope.wrap(key, PublicKey(bytes(public)), place)
        run(
            world,
            "INSERT INTO key_grants (id, content_key_id, desk_epoch_id, officer_id, receipt_id, state, wrapped,"
            " entry_id) VALUES (?, ?, ?, NULL, ?, ?, ?, ?)",
            *(grant.bytes, content.bytes, epoch, receipt, state, wrapped, entry),
        )
    return content


def written_under(world: World) -> list[UUID]:
    """The keys that letters lie under, in the order in which they were written."""
    return [UUID(bytes=one) for (one,) in run(world, "SELECT content_key_id FROM letters ORDER BY position")]


def test_neither_side_writes_under_a_planted_key(world: World) -> None:
    key, case_id = arrive(world)
    planted = plant(world, key.report_id)
    say(world, key, "我在三号门值班")
    write(world, "lin", case_id, "什么时候方便？")
    assert planted not in written_under(world)
    assert [letter.text for letter in box(world, key).letters] == ["我在三号门值班", "什么时候方便？"]
    with pytest.raises(LedgerError):
        world.verify()


def test_nothing_is_written_under_the_key_of_another_report(world: World) -> None:
    """Its reader is another reporter, who then has half of what it takes to read this one's letters."""
    ours, case_id = arrive(world)
    theirs, _ = arrive(world)
    ((moved,),) = run(
        world, "SELECT id FROM content_keys WHERE report_id = ? AND compartment = 'report'", theirs.report_id.bytes
    )
    run(
        world,
        "UPDATE content_keys SET report_id = ?, generation = 2 WHERE id = ?",
        *(ours.report_id.bytes, moved),
    )
    receipts = ours.receipt_id.bytes, theirs.receipt_id.bytes
    run(world, "UPDATE key_grants SET receipt_id = ? WHERE receipt_id = ?", *receipts)
    write(world, "lin", case_id, "什么时候方便？")
    assert written_under(world).count(UUID(bytes=moved)) == 1  # what the other one told


def test_an_investigator_is_not_given_the_key_of_another_report(world: World) -> None:
    ours, case_id = arrive(world)
    theirs, _ = arrive(world)
    accept(world, "lin", case_id)
    run(
        world,
        "UPDATE content_keys SET report_id = ?, generation = 2 WHERE report_id = ? AND compartment = 'report'",
        *(ours.report_id.bytes, theirs.report_id.bytes),
    )
    with pytest.raises(LedgerError):
        assign(world, case_id, narrative=True)
    assert run(world, "SELECT count(*) FROM key_grants WHERE officer_id IS NOT NULL") == [(0,)]


@pytest.mark.sqlite
def test_a_new_code_is_not_given_the_key_of_another_report(world: World) -> None:
    """Whoever stands at the counter would go away with what opens another's report in a copy of the database."""
    office = Office(world)
    address = office.asked_anew()
    assert (office.lift(address), office.answer(address)) == (303, 303)
    theirs, _ = arrive(world)
    tamper(
        world,
        "UPDATE key_grants SET receipt_id = (SELECT id FROM receipts WHERE report_id ="
        f" (SELECT id FROM reports WHERE case_id = x'{UUID(office.case).hex}'))"
        f" WHERE receipt_id = x'{theirs.receipt_id.hex}'",
    )
    assert office.issue(address) == 500
    assert run(world, "SELECT count(*) FROM receipts") == [(2,)]


def test_nothing_is_sealed_to_the_desk_of_another_office(world: World) -> None:
    """The report says for a moment that the lead of 四平 leads; their key is certified like any other."""
    key, case_id = arrive(world)
    (qin,) = world.actor("qin-lead").seats
    run(world, "UPDATE reports SET lead_desk_id = ?", qin.desk_id.bytes)
    with pytest.raises(UncertifiedKeyError):
        say(world, key, "我在三号门值班")
    with pytest.raises(UncertifiedKeyError):
        write(world, "lin", case_id, "什么时候方便？")
    with pytest.raises(UncertifiedKeyError):
        accept(world, "lin", case_id)


@pytest.mark.sqlite
def test_a_public_host_with_a_key_of_its_own_draws_a_key_for_each_letter(world: World, tmp_path: Path) -> None:
    """It cannot ask entries that others wrote, and so believes no key that lies there."""
    key, _ = arrive(world)
    own = tmp_path / "public-entry.key"
    own.write_text("ab" * 32 + "\n")
    own.chmod(0o600)
    alone = {"PORTAL_HOME": str(world.home), "PORTAL_AREAS": "intake", "PORTAL_ENTRY_KEYS": str(own)}
    inside, world.app = world.app, create_app(Settings.from_environ(alone), clock=world.clock)
    for text in ("我在三号门值班", "还有一句"):
        say(world, key, text)
    assert len(set(written_under(world))) == 3
    assert [letter.text for letter in box(world, key).letters] == ["我在三号门值班", "还有一句"]
    world.store.close()
    world.app = inside
