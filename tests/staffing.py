"""The staff at work on itself: Guan and Cui administer 长春, whoever holds a desk's key gives it; real keys."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from crypto.enrolment import EnrolmentCode
from portal.domain.values import Asked, Declared
from portal.domain.vocabulary import Duty, MotionKind, MotionStep
from portal.office import declaring, enrolling, inquiring, motions, staffing
from portal.office.acting import Act, Hand
from portal.office.proposals import Wanted
from portal.office.signing_in import Code
from tests.visitor import Visitor
from tests.world import PASSWORD, Member, World

MOTION = re.compile(r"/review/motions/[0-9a-f-]{36}")


class Staff:
    """Everybody of the cast, and whoever is invited later."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cast = dict(world.cast)

    @contextmanager
    def act(self, who: str) -> Iterator[Act]:
        actor = self.actor(who)
        with self.world.store.transaction() as session:
            yield Act(session, self.world.house, self.world.clock(), actor)

    def at(self, who: str) -> Visitor:
        """Signed in, in front of the office's pages."""
        self.world.cast = self.cast
        return self.world.officer(who)

    def otp(self, who: str) -> str:
        """A one-time code that was not used yet."""
        self.world.clock.forward(seconds=31)
        return self.cast[who].code(self.world.clock())

    def sign(self, who: str) -> str:
        """The second person finds what waits for them, ticks and signs; what the page said before."""
        visitor = self.at(who)
        motion = MOTION.search(visitor.get("/review/motions").text)[0]
        said = visitor.get(motion).text
        assert visitor.post(f"{motion}/confirm", {"sure": "y", "otp": self.otp(who)}).status_code == 303
        return said

    def actor(self, who: str):
        self.world.cast = self.cast
        return self.world.actor(who)

    def hand(self, who: str) -> Hand:
        """With a code that was not used before."""
        self.world.cast, member = self.cast, self.cast[who]
        self.world.clock.forward(seconds=31)
        return Hand(self.world.ring(who), member.keys.signing, Code(member.keys.otp, member.code(self.world.clock())))

    def authority(self, code: str = "office-220100") -> UUID:
        return next(one for one, said in self.directory().codes.items() if said == code)

    def desk(self, duty: Duty, code: str = "office-220100") -> UUID:
        return self.directory().desk_ids[self.authority(code), duty]

    def directory(self):
        with self.world.store.reading() as session:
            return self.world.house.directories.read(session, today=self.world.clock().date())

    def invite(self, who: str, code: str = "office-220100", by: str = "guan") -> EnrolmentCode:
        authority_id = self.authority(code)
        with self.act(by) as act:
            return staffing.invite(act, authority_id, who)

    def enrol(self, who: str, code: EnrolmentCode) -> Member:
        """They choose a password, and their keys are drawn."""
        world = self.world
        with world.store.reading() as session:
            invitation = enrolling.open_invitation(session, world.house, who, code, now=world.clock())
        otp, _ = enrolling.draw_otp(world.house, invitation)
        enrolled = enrolling.seal(world.house, invitation, PASSWORD, otp)
        world.clock.forward(seconds=31)
        member = Member(invitation.officer_id, enrolled.keys)
        with world.store.transaction() as session:
            enrolling.enrol(session, world.house, enrolled, member.code(world.clock()), now=world.clock())
        self.cast[who] = member
        return member

    def newcomer(self, who: str, code: str = "office-220100", by: tuple[str, str] = ("guan", "cui")) -> Member:
        """Invited, enrolled and certified by two."""
        member = self.enrol(who, self.invite(who, code, by[0]))
        self.agree(MotionKind.CERTIFY, by, who, code=code)
        return member

    def propose(
        self,
        kind: MotionKind,
        by: str,
        about: str | None = None,
        *,
        duty: Duty | None = None,
        code: str = "office-220100",
        content: bytes | None = None,
    ) -> UUID:
        opening = kind is MotionKind.OPEN
        wanted = Wanted(
            kind,
            self.authority(code),
            self.cast[about].officer_id if about else None,
            self.desk(duty, code) if duty and not opening else None,
            duty if opening else None,
            content,
        )
        hand = self.hand(by)
        with self.act(by) as act:
            return motions.propose(act, hand, wanted)

    def confirm(self, by: str, motion_id: UUID) -> None:
        hand = self.hand(by)
        with self.act(by) as act:
            motions.confirm(act, hand, motion_id)

    def end(self, by: str, step: MotionStep, motion_id: UUID) -> None:
        with self.act(by) as act:
            motions.end(act, step, motion_id)

    def agree(
        self,
        kind: MotionKind,
        by: tuple[str, str],
        about: str | None = None,
        *,
        duty: Duty | None = None,
        code: str = "office-220100",
    ) -> UUID:
        """The first proposes, the second confirms."""
        motion_id = self.propose(kind, by[0], about, duty=duty, code=code)
        self.confirm(by[1], motion_id)
        return motion_id

    def asked(self, who: str) -> UUID:
        """Somebody registers that they were asked for a name; returns which inquiry it is."""
        with self.act(who) as act:
            return inquiring.register(act, Asked("区里一位领导", "今天上午", "", "问是不是老周举报的，我说不能说。"))

    def declared(self, who: str) -> UUID:
        """Somebody declares whom they have to do with; returns which declaration it is."""
        with self.act(who) as act:
            return declaring.declare(act, Declared("没有", "蓝鲸商业管理公司", "没有"))

    def new(
        self, kind: MotionKind, code: str, content: bytes, by: tuple[str, str] = ("sheng-guan", "sheng-cui")
    ) -> UUID:
        """An office, a name or an edition: the first proposes, the second confirms."""
        motion_id = self.propose(kind, by[0], code=code, content=content)
        self.confirm(by[1], motion_id)
        return motion_id
