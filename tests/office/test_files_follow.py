"""Files go where the report goes: the office's copy as letters do, what was sent as a name does, to nobody alone."""

import pytest

from crypto import envelope
from portal.domain.errors import IllegalTransitionError, NotAllowedError, StaleError, StrangerError
from portal.domain.evidence import Fate
from portal.domain.vocabulary import IdentityField, Mode
from portal.office import identity, mailbox, own_files, sealed_files
from portal.office.keyring import ReporterKey
from portal.office.manifests import FileKey
from tests.cutting import Place
from tests.filing import SOUND, add, arrived, attach, named, stored, taken
from tests.keeping import offer
from tests.office.test_transfer_crossing import move
from tests.office.test_transferring import PROVINCE, SIPING, hand
from tests.sending import NAMED, arrive, box, case_of, open_case, reporter, run, send, submission
from tests.visitor import PICTURE
from tests.world import World

PHOTO = PICTURE[0] + b"what a camera says behind its picture"
HARMLESS = SOUND + b"nobody speaks"


def sent(world: World, lead: str = "gao", custody: str = "he") -> dict[str, bytes]:
    """What two people together open of the files as they were sent: the only way there is."""
    said: dict[str, bytes] = {}
    rings = {"lead": world.ring(lead), "custody": world.ring(custody)}
    fields = run(world, "SELECT id, field, body FROM identity_fields WHERE field LIKE 'original%' ORDER BY field")
    for field_id, name, body in fields:
        halves = {}
        for share_id, holder, epoch, wrapped in run(
            world, "SELECT id, holder, desk_epoch_id, wrapped FROM identity_shares WHERE field_id = ?", field_id
        ):
            secret = {one.bytes: key for one, key in rings[holder].epochs.items()}.get(epoch)
            if secret is not None:
                place = world.house.binding("identity_shares", share_id, holder, field_id)
                halves[holder] = envelope.unwrap(wrapped, secret, place)
        if len(halves) == len(rings):
            key = envelope.join(
                halves["lead"], halves["custody"], world.house.binding("identity_fields", field_id, "key")
            )
            text = envelope.unseal(key, body, world.house.binding("identity_fields", field_id, "body")).decode()
            said[name] = b"".join(sealed_files.chunks(world.house, FileKey.of_text(text)))
    return said


def own(world: World, key: ReporterKey):
    with world.store.reading() as session:
        return own_files.sheet(session, world.house, key)


def three(world: World):
    """A report with a photograph, a recording, and a recording that shows nobody."""
    key, case_id = arrive(world)
    told = [attach(world, key, PHOTO), attach(world, key, SOUND), attach(world, key, HARMLESS, harmless=True)]
    assert [one.fate for one in told] == [Fate.COPIED, Fate.KEPT, Fate.AS_IS]
    return key, case_id


def test_a_report_handed_on_takes_its_files_along_and_what_was_sent_when_both_halves_move(world: World) -> None:
    key, case_id = three(world)
    assert sent(world) == {"original_1": PHOTO, "original_2": SOUND}
    copy = taken(world, "lin", case_id, 1)
    assert copy not in {PHOTO, b""}
    with pytest.raises(StrangerError):
        taken(world, "lin", case_id, 2)
    hand(world, case_id)
    for who in ("lin", "gao"):
        with pytest.raises(StrangerError):
            taken(world, who, case_id, 1)
    assert (taken(world, "qin", case_id, 1), taken(world, "qin", case_id, 3)) == (copy, HARMLESS)
    attach(world, key, SOUND + b"later")
    assert sorted(sent(world)) == ["original_1", "original_2", "original_4"], "whoever has the rest has this too"
    offer(world, key.report_id)
    attach(world, key, SOUND + b"meanwhile")
    with pytest.raises((StaleError, StrangerError, NotAllowedError)):
        move(world, key.report_id)
    offer(world, key.report_id)
    move(world, key.report_id)
    assert sent(world) == {}
    there = sent(world, "qin-lead", "qin-custody")
    assert there == {
        "original_1": PHOTO,
        "original_2": SOUND,
        "original_4": SOUND + b"later",
        "original_5": SOUND + b"meanwhile",
    }
    assert [one.file.number for one in own(world, key).letters if one.file] == [1, 2, 3, 4, 5]
    hand(world, case_id, PROVINCE, "qin")
    assert taken(world, "sheng", case_id, 1) == copy
    world.sign()
    assert world.verify().files == len(named(world))


def test_what_was_sealed_for_desks_that_have_handed_it_on_is_not_stored(world: World) -> None:
    key, case_id = arrive(world)
    before = stored(world)
    one = arrived(world, key, SOUND)
    with world.store.reading() as session:
        added = own_files.prepare(session, world.house, key, one, now=world.clock())
    hand(world, case_id, SIPING)
    offer(world, key.report_id)
    move(world, key.report_id)
    with pytest.raises(StaleError), world.store.transaction() as session:
        own_files.send(session, world.house, key, added, now=world.clock())
    assert (named(world), len(stored(world) - before)) == (set(), 1), "tick collects what no row names"


def test_the_lead_above_sees_files_once_it_was_escalated_and_not_before(world: World) -> None:
    _, case_id = three(world)
    with pytest.raises(StrangerError):
        taken(world, "sheng-lead", case_id, 1)
    world.clock.forward(days=20)
    world.tick()
    assert taken(world, "sheng-lead", case_id, 1) == taken(world, "lin", case_id, 1)
    assert sent(world, "sheng-lead", "sheng-custody") == {}, "what was sent stays where it was received"


def test_a_report_taken_back_keeps_its_files_and_takes_no_more(world: World) -> None:
    """The blocked exit stays, and so does its picture."""
    key, case_id = three(world)
    with world.store.transaction() as session:
        mailbox.withdraw(session, world.house, key, now=world.clock())
    with pytest.raises(IllegalTransitionError):
        attach(world, key, SOUND + b"late")
    assert taken(world, "lin", case_id, 3) == HARMLESS
    assert len(own(world, key).letters) == 3
    world.verify()


def erase(world: World, key: ReporterKey) -> None:
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())


def test_erasing_oneself_takes_what_was_sent_and_leaves_what_shows_the_hazard(world: World) -> None:
    key, case_id = three(world)
    add(world, "lin", case_id, visit := SOUND + b"from a visit")
    copy = taken(world, "lin", case_id, 1)
    erase(world, key)
    assert sent(world) == {"original_4": visit}, "the office's evidence is no part of who reported"
    assert run(world, "SELECT field FROM identity_fields ORDER BY field") == [("original_4",), ("relation",)]
    assert (taken(world, "lin", case_id, 1), taken(world, "lin", case_id, 3)) == (copy, HARMLESS)
    originals = run(world, "SELECT number FROM blobs WHERE role = 'original'")
    assert sorted(originals) == [(3,), (4,)], "shown as it is: there is nothing else of it"
    entry = next(one for one in reversed(world.entries()) if one["event"] == "erased")
    assert entry["facts"]["fields"] == ["name", "original_1", "original_2", "phone"]
    there = box(world, key)
    assert (there.identity, there.erasable) == ((), False)
    assert [one.file.gone for one in there.letters if one.file] == [True, True, False, False]
    assert open_case(world, "lin", case_id).identity == (IdentityField.ORIGINAL_4,)
    erase(world, key)
    assert sent(world) == {"original_4": visit}
    world.sign()
    world.verify()


def test_who_gave_no_name_can_erase_the_file_as_they_sent_it(world: World) -> None:
    key, _ = arrive(world, identity={IdentityField.RELATION: "outsider"}, mode=Mode.ANONYMOUS)
    assert not box(world, key).erasable
    attach(world, key, SOUND)
    there = box(world, key)
    assert (there.identity, there.erasable) == ((), True)
    erase(world, key)
    assert sent(world) == {}
    assert not box(world, key).erasable
    world.verify()


def test_the_same_form_with_another_name_leaves_files_alone(world: World) -> None:
    one = submission(world)
    send(world, one)
    key = reporter(world, one)
    attach(world, key, SOUND)
    anew = {**NAMED, IdentityField.NAME: "周大明"}
    assert send(world, submission(world, one.token, identity=anew)).replaced
    assert send(world, submission(world, one.token, identity={IdentityField.RELATION: "outsider"})).again
    assert sent(world) == {"original_1": SOUND}
    assert open_case(world, "lin", case_of(world, key)).identity == (IdentityField.ORIGINAL_1,)
    world.verify()


def test_a_code_that_replaces_a_lost_one_opens_the_files_and_the_old_one_nothing(world: World) -> None:
    place = Place(world)
    case_id = place.case()
    attach(world, place.key, PHOTO)
    before = own(world, place.key).proofs
    place.case = lambda: case_id  # the report that the steps are about
    key = place.renewing()()
    (letter,) = own(world, key).letters
    assert letter.file is not None
    assert letter.file.fate is Fate.COPIED
    proof, earlier = own(world, key).proofs[letter.id], before[letter.id]
    assert (proof.index, proof.number, len(earlier.number)) == (earlier.index, "", 64), "known under the old code alone"
    attach(world, key, SOUND)
    assert [bool(one.number) for one in own(world, key).proofs.values()] == [False, True]
    assert {one.broken for one in own(world, place.key).letters} == {True}
    assert sent(world) == {"original_1": PHOTO, "original_2": SOUND}
    with pytest.raises(StrangerError):
        taken(world, "qin", case_id, 1)
    world.verify()


def test_two_files_at_once_are_numbered_one_after_the_other(world: World) -> None:
    """Both were sealed as the next; the second to be stored is sealed anew, as the page does."""
    key, _ = arrive(world)
    both = [arrived(world, key, SOUND + bytes([at])) for at in range(2)]
    with world.store.reading() as session:
        made = [own_files.prepare(session, world.house, key, one, now=world.clock()) for one in both]
    with world.store.transaction() as session:
        own_files.send(session, world.house, key, made[0], now=world.clock())
    with pytest.raises(StaleError), world.store.transaction() as session:
        own_files.send(session, world.house, key, made[1], now=world.clock())
    attach(world, key, SOUND + b"anew")
    assert [one.file.number for one in own(world, key).letters if one.file] == [1, 2]
    world.verify()
