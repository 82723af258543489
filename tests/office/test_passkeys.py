"""Passkeys: taken for the officer, the site, the session and the moment they were made for, and for nothing else."""

import json
from dataclasses import replace
from uuid import uuid4

import cbor2
import pytest
from sqlalchemy import select, update

from portal.domain.errors import (
    LedgerError,
    PasskeyCopyError,
    PasskeyRefusedError,
    SignInError,
    StrangerError,
    UnfitPasskeyError,
)
from portal.domain.vocabulary import MotionKind
from portal.office import asserting, passkeys, staffing
from portal.office.asserting import Assertion
from portal.office.challenges import Kind
from portal.office.house import Site
from portal.office.passkeys import Made
from portal.office.signing_in import Code
from portal.store.officers import Officer
from portal.store.passkeys import Passkey, PasskeyUse
from tests.authenticator import PRESENT, VERIFIED, Authenticator, raw, text
from tests.faults import count
from tests.keyed import HERE, add, assertion, challenge, prove, remove
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def refused(world: World, proof: Assertion, match: str, who: str = "lin") -> None:
    with pytest.raises(PasskeyRefusedError, match=match):
        prove(world, proof, who)


def stored(world: World) -> list[Passkey]:
    with world.store.reading() as session:
        return list(session.scalars(select(Passkey)))


def test_a_passkey_is_added_with_a_code_recorded_and_taken_for_one(world: World, device: Authenticator) -> None:
    passkey_id = add(world, device)
    assert world.events() == ["passkey_added"]
    assert prove(world, assertion(world, device)) == passkey_id
    with world.store.reading() as session:
        (line,) = passkeys.lines(session, world.house, world.cast["lin"].officer_id)
    assert (line.name, line.used_on) == ("办公室电脑", world.clock().date())
    world.verify()


def test_a_passkey_of_ones_own_is_proof_enough_for_the_next(world: World, device: Authenticator) -> None:
    add(world, device)
    other, proof = Authenticator(), assertion(world, device)
    made = Made("手机", other.make(challenge(world, Kind.CREATE), world.cast["lin"].officer_id.bytes), HERE)
    with Staff(world).act("lin") as act:
        passkeys.add(act, proof, made)
    assert prove(world, assertion(world, other))


def test_without_a_code_of_the_moment_none_is_added(world: World, device: Authenticator) -> None:
    lin = world.cast["lin"]
    made = Made("x", device.make(challenge(world, Kind.CREATE), lin.officer_id.bytes), HERE)
    with pytest.raises(SignInError), Staff(world).act("lin") as act:
        passkeys.add(act, Code(lin.keys.otp, "000000"), made)
    assert stored(world) == []


@pytest.mark.parametrize(
    "changes",
    [{"origin": "https://shaoyin.example"}, {"host": "example"}, {"flags": VERIFIED}, {"flags": PRESENT}],
    ids=["page of another site", "another site", "nobody present", "nobody verified"],
)
def test_what_was_shown_elsewhere_or_by_nobody_is_refused(
    world: World, device: Authenticator, changes: dict[str, object]
) -> None:
    add(world, device)
    other = replace(device.copy(), **changes)
    refused(world, assertion(world, other), "does not verify")
    answer = other.make(challenge(world, Kind.CREATE), world.cast["lin"].officer_id.bytes)
    with pytest.raises(UnfitPasskeyError):
        add(world, device, answer=answer)
    assert prove(world, assertion(world, device))


def test_a_challenge_is_good_once(world: World, device: Authenticator) -> None:
    add(world, device)
    proof = assertion(world, device)
    prove(world, proof)
    refused(world, proof, "was used")
    again = Assertion(device.show(json.loads(client(proof))["challenge"]), HERE)
    refused(world, again, "was used")


def client(proof: Assertion) -> bytes:
    return raw(json.loads(proof.said)["response"]["clientDataJSON"])


def test_a_challenge_of_ours_is_good_for_ten_minutes_and_for_one_session(world: World, device: Authenticator) -> None:
    add(world, device)
    refused(world, assertion(world, device, binding=b"another session"), "not a challenge of this session")
    refused(world, assertion(world, device, kind=Kind.CREATE), "not a challenge of this session")
    for made_up in (b"", b"x" * 55, b"x" * 56, b"x" * 57, b"x" * 400):
        refused(world, Assertion(device.show(text(made_up)), HERE), "not a challenge of this session")
    late = assertion(world, device)
    world.clock.forward(minutes=10, seconds=1)
    refused(world, late, "too old")
    early = assertion(world, device)
    world.clock.forward(minutes=-2)
    refused(world, early, "too old")


def test_used_challenges_are_forgotten_when_nobody_could_answer_them(world: World, device: Authenticator) -> None:
    add(world, device)
    proof = assertion(world, device)
    prove(world, proof)
    assert count(world, "used_challenges") == 2
    world.clock.forward(minutes=10)
    world.tick()
    refused(world, proof, "was used")
    world.clock.forward(minutes=2)
    world.tick()
    assert count(world, "used_challenges") == 0
    refused(world, proof, "too old")


def test_a_passkey_of_somebody_else_is_none_of_mine(world: World, device: Authenticator) -> None:
    add(world, device, "gao")
    refused(world, assertion(world, device), "no passkey of this officer")
    device.held[0].user = world.cast["lin"].officer_id.bytes  # nor when the device says that it is mine
    refused(world, assertion(world, device), "no passkey of this officer")
    refused(world, assertion(world, device), "no passkey of this officer", who="gao")


def test_a_forged_signature_is_refused(world: World, device: Authenticator) -> None:
    add(world, device)
    said = json.loads(assertion(world, device).said)
    said["response"]["signature"] = text(bytes(70))
    refused(world, Assertion(json.dumps(said), HERE), "does not verify")


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", "[" * 4000, '{"id": 1}', '{"id": "x", "rawId": "x"}'])
def test_what_is_no_answer_is_refused(world: World, device: Authenticator, answer: str) -> None:
    refused(world, Assertion(answer, HERE), "not an answer")
    with pytest.raises(UnfitPasskeyError):
        add(world, device, answer=answer or "-")


@pytest.mark.parametrize("client", ["", "x", "[]", "{}", '{"type": 1, "challenge": 1, "origin": 1}', "[" * 4000])
def test_an_answer_with_odd_parts_is_refused(world: World, device: Authenticator, client: str) -> None:
    add(world, device)
    said = json.loads(assertion(world, device).said)
    said["response"]["clientDataJSON"] = text(client.encode())
    refused(world, Assertion(json.dumps(said), HERE), "not an answer")


def test_a_device_that_counts_back_was_copied_refused_and_entered(world: World, device: Authenticator) -> None:
    passkey_id = add(world, device)
    thief = device.copy()
    prove(world, assertion(world, device))
    with pytest.raises(PasskeyCopyError) as caught:
        prove(world, assertion(world, thief))
    assert caught.value.passkey_id == passkey_id
    with world.store.transaction() as session:
        asserting.doubt(session, world.house, caught.value, now=world.clock())
    assert world.entries()[-1]["object"] == ["passkeys", str(passkey_id)]
    assert world.events()[-1] == "passkey_doubted"
    assert prove(world, assertion(world, device))


def test_a_device_that_does_not_count_is_taken_as_it_is(world: World) -> None:
    device = Authenticator(counts=False)
    add(world, device)
    for _ in range(2):
        prove(world, assertion(world, device))
    with world.store.reading() as session:
        assert session.scalars(select(PasskeyUse.count)).all() == [0]


def test_a_removed_passkey_is_gone_and_a_row_put_back_is_refused(world: World, device: Authenticator) -> None:
    passkey_id = add(world, device)
    (before,) = stored(world)
    remove(world, passkey_id)
    assert world.events()[-1] == "passkey_removed"
    assert count(world, "passkeys") == count(world, "passkey_uses") == 0
    world.verify()
    refused(world, assertion(world, device), "no passkey of this officer")
    plant(world, before)
    with pytest.raises(LedgerError):
        prove(world, assertion(world, device))


def plant(world: World, row: Passkey, **changes: object) -> None:
    """What whoever can write to the database does."""
    values = {column.name: getattr(row, column.name) for column in Passkey.__table__.columns}
    with world.store.transaction() as session:
        session.execute(Passkey.__table__.insert().values(**values | changes))


def test_a_passkey_planted_in_the_database_opens_nothing(world: World, device: Authenticator) -> None:
    """With a genuine entry's id and all: no entry says it."""
    add(world, device)
    own = Authenticator()
    own.make(challenge(world, Kind.CREATE), world.cast["lin"].officer_id.bytes)
    planted = {"credential_id": own.held[0].id, "public_key": own.held[0].public}
    (row,) = stored(world)
    plant(world, row, id=uuid4(), **planted)
    with pytest.raises(LedgerError):
        prove(world, assertion(world, own))
    with pytest.raises(LedgerError):
        world.verify()


def test_a_passkey_changed_in_the_database_opens_nothing(world: World, device: Authenticator) -> None:
    add(world, device)
    own = Authenticator()
    own.make(challenge(world, Kind.CREATE), world.cast["lin"].officer_id.bytes)
    with world.store.transaction() as session:
        session.execute(update(Passkey).values(credential_id=own.held[0].id, public_key=own.held[0].public))
    with pytest.raises(LedgerError):
        prove(world, assertion(world, own))


def test_a_passkey_given_to_another_officer_in_the_database_opens_nothing(world: World, device: Authenticator) -> None:
    add(world, device, "gao")
    lin = world.cast["lin"].officer_id
    device.held[0].user = lin.bytes
    with world.store.transaction() as session:
        key = asserting.key_of(session.get_one(Officer, lin))
        session.execute(update(Passkey).values(officer_id=lin, officer_key=key))
    with pytest.raises(LedgerError):
        prove(world, assertion(world, device))


def test_the_same_passkey_is_not_added_twice_and_no_more_than_ten(
    world: World, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = device.make(challenge(world, Kind.CREATE), world.cast["lin"].officer_id.bytes)
    add(world, device, answer=answer)
    with pytest.raises(UnfitPasskeyError, match="makes no passkey"):
        add(world, device, answer=answer)  # its challenge was used
    monkeypatch.setattr(passkeys, "MOST", 1)
    with pytest.raises(UnfitPasskeyError, match="as many"):
        add(world, device)
    assert count(world, "passkeys") == 1


@pytest.mark.parametrize(
    ("attestation", "match"),
    [
        ({"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x", "x5c": [b"x"]}}, "nobody asked for"),
        ({"fmt": "tpm", "attStmt": {}}, "nobody asked for"),
        ({"fmt": "packed", "attStmt": {"alg": -7, "sig": b"x"}}, "makes no passkey"),
        ({"fmt": "none", "attStmt": {"sig": b"x"}}, "makes no passkey"),
        ({"authData": b"x"}, "makes no passkey"),
    ],
)
def test_a_certificate_of_the_device_is_not_looked_at(
    world: World, device: Authenticator, attestation: dict[str, object], match: str
) -> None:
    said = json.loads(device.make(challenge(world, Kind.CREATE), world.cast["lin"].officer_id.bytes))
    genuine = cbor2.loads(raw(said["response"]["attestationObject"]))
    said["response"]["attestationObject"] = text(cbor2.dumps(genuine | attestation))
    with pytest.raises(UnfitPasskeyError, match=match):
        add(world, device, answer=json.dumps(said))


def test_nobody_removes_what_is_not_theirs(world: World, device: Authenticator) -> None:
    passkey_id = add(world, device)
    with pytest.raises(StrangerError):
        remove(world, passkey_id, "gao")
    assert count(world, "passkeys") == 1


@pytest.mark.parametrize("step", [staffing.leave, staffing.renew])
def test_whoever_leaves_or_begins_anew_has_no_passkey(world: World, device: Authenticator, step: object) -> None:
    add(world, device)
    add(world, Authenticator(), "gao")
    with Staff(world).act("guan") as act:
        step(act, world.cast["lin"].officer_id)
    assert [row.officer_id for row in stored(world)] == [world.cast["gao"].officer_id]
    assert "passkey_removed" in world.events()
    world.verify()


def test_a_passkey_hidden_while_its_officer_began_anew_is_no_longer_good(world: World, device: Authenticator) -> None:
    """Its row has its genuine newest entry; it belongs to keys that the officer has no more."""
    staff = Staff(world)
    add(world, device)
    (before,) = stored(world)
    with world.store.transaction() as session:
        session.execute(PasskeyUse.__table__.delete())
        session.execute(Passkey.__table__.delete())
    with staff.act("guan") as act:
        code = staffing.renew(act, world.cast["lin"].officer_id)
    staff.enrol("lin", code)
    plant(world, before)
    refused(world, assertion(world, device), "no passkey of this officer")


def test_a_suspended_officers_passkey_waits_until_they_are_let_in_again(world: World, device: Authenticator) -> None:
    staff = Staff(world)
    add(world, device)
    with staff.act("guan") as act:
        staffing.suspend(act, world.cast["lin"].officer_id)
    staff.agree(MotionKind.RESUME, ("guan", "cui"), "lin")
    assert prove(world, assertion(world, device))


def test_a_step_refused_for_another_reason_leaves_the_answer_good(world: World, device: Authenticator) -> None:
    """As a one-time code: what was rolled back was not used."""
    add(world, device)
    proof = assertion(world, device)
    with world.store.transaction() as session:
        asserting.prove(session, world.house, world.cast["lin"].officer_id, proof, now=world.clock())
        session.rollback()
    assert prove(world, proof)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("url", "origin", "host"),
    [
        ("http://127.0.0.1:8000", "http://localhost:8000", "localhost"),
        ("http://[::1]:80", "http://localhost", "localhost"),
        ("https://report.example.cn", "https://report.example.cn", "report.example.cn"),
        ("https://report.example.cn:443", "https://report.example.cn", "report.example.cn"),
        ("https://report.example.cn:8443", "https://report.example.cn:8443", "report.example.cn"),
        ("https://10.1.2.3", "https://10.1.2.3", ""),
    ],
)
def test_the_site_is_what_browsers_call_it(url: str, origin: str, host: str) -> None:
    assert Site.of(url) == Site(origin, host)
