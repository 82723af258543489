"""Turning a desk's key, short: who is to sit there afterwards sits, who is not has left, and the next key is drawn."""

from portal.domain.vocabulary import MotionKind
from portal.office import founding, staffing
from portal.office.founding import Founder
from portal.settings import read_key
from tests.staffing import Staff
from tests.world import Member, World

ADMINISTRATORS = {"office-220100": "guan", "office-220000": "sheng-guan"}


def enrol(world: World, username: str) -> Member:
    """One more officer at the office of 长春, certified by the root."""
    with world.store.transaction() as session:
        founder = Founder(
            session=session,
            installation=world.house.installation,
            root=world.root,
            entry_key=world.house.entry_key,
            pepper=read_key(world.settings.pepper),
            now=world.clock(),
        )
        officer_id, keys = founding.enrol(founder, world.actor("lin").authority_id, username, "another password")
    world.cast = {**world.cast, username: Member(officer_id, keys)}
    return world.cast[username]


def turn(world: World, who: str, *, seated: tuple[str, ...]) -> None:
    """Start the next key of the desk at which `who` sits, with these people and nobody else."""
    staff, seat = Staff(world), world.actor(who).seats[0]
    directory = staff.directory()
    code = directory.codes[seat.authority_id]
    administrator = ADMINISTRATORS[code]
    for one in seated:
        if seat.desk_id not in staff.actor(one).desks(seat.duty):
            staff.agree(MotionKind.SEAT, (administrator, who), one, duty=seat.duty, code=code)
    for one, member in staff.cast.items():
        if one not in seated and seat.desk_id in staff.actor(one).desks(seat.duty):
            with staff.act(administrator) as act:
                staffing.unseat(act, member.officer_id, seat.desk_id)
    staff.agree(MotionKind.TURN, (seated[0], administrator), duty=seat.duty, code=code)
