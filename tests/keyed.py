"""Officers with passkeys: added as the account page does it, shown as the door and every step ask for it."""

from uuid import UUID

from portal.office import challenges, passkeys, signing_in
from portal.office.asserting import Assertion
from portal.office.challenges import Kind
from portal.office.passkeys import Made
from tests.authenticator import Authenticator, text
from tests.staffing import Staff
from tests.world import World

HERE = b"the session of these tests"


def challenge(world: World, kind: Kind = Kind.GET, binding: bytes = HERE) -> str:
    return text(challenges.issue(world.house, kind, binding, now=world.clock()))


def add(world: World, device: Authenticator, who: str = "lin", *, answer: str = "", name: str = "办公室电脑") -> UUID:
    """With a code; `answer` is what the browser says, where it is not what the device would."""
    staff = Staff(world)
    proof = staff.hand(who).code
    answer = answer or device.make(challenge(world, Kind.CREATE), world.cast[who].officer_id.bytes)
    with staff.act(who) as act:
        return passkeys.add(act, proof, Made(name, answer, HERE))


def assertion(world: World, device: Authenticator, **changes: object) -> Assertion:
    return Assertion(device.show(challenge(world, **changes)), HERE)


def prove(world: World, proof: Assertion, who: str = "lin") -> UUID | None:
    """As the door and every step do."""
    with world.store.transaction() as session:
        return signing_in.use_proof(session, world.house, world.cast[who].officer_id, proof, now=world.clock())


def remove(world: World, passkey_id: UUID, who: str = "lin") -> None:
    with Staff(world).act(who) as act:
        passkeys.remove(act, passkey_id)


