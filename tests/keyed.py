"""Officers with passkeys: added as the account page does it, shown as the door and every step ask for it."""

import re
from uuid import UUID

from portal.office import challenges, passkeys, signing_in
from portal.office.asserting import Assertion
from portal.office.challenges import Kind
from portal.office.passkeys import Made
from tests.authenticator import Authenticator, raw, text
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import World

HERE = b"the session of these tests"
NEW = re.compile(r'data-new="([^"]+)" .* data-user="([^"]+)"')
ASKED = re.compile(r'data-passkey="([^"]+)"')


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


def made(visitor: Visitor, device: Authenticator) -> str:
    """What the script would send from the account page."""
    visitor.get("/review/account")
    asked, user = NEW.search(visitor.last).groups()
    return device.make(asked, raw(user))


def shown(visitor: Visitor, device: Authenticator) -> dict[str, str]:
    """What the script would send from the page last looked at."""
    return {"passkey": device.show(ASKED.search(visitor.last)[1]), "otp": ""}


def keyed(world: World, who: str) -> tuple[Visitor, Authenticator]:
    """An officer who has signed in and has a passkey."""
    device = Authenticator()
    add(world, device, who)
    return world.officer(who), device
