"""Steps that change something, each made ready so far that only its own transaction is left, to be cut off in it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError

from crypto.keys import SecretKey
from crypto.receipt import Receipt
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.values import Order, Plea
from portal.domain.vocabulary import DisclosureStep, Duty, IdentityField, MotionKind, MotionStep
from portal.office import (
    answering,
    assigning,
    disclosing,
    enrolling,
    founding,
    identity,
    mailbox,
    motions,
    recovering,
    recovery,
    reissuing,
    relocking,
    requesting,
    signing_in,
    staffing,
    ticking,
)
from portal.office.acting import Act, Operation
from portal.office.recovery import Scheme
from portal.office.sessions import Token
from portal.office.signing_in import Code
from portal.store.cases import Assignment
from portal.store.disclosures import Disclosure
from tests.faults import watched
from tests.office.test_assigning import BRIEF, assign
from tests.sending import accept, arrive, newest
from tests.staffing import Staff
from tests.world import PASSWORD, Member, World

CERTIFY, SEAT, OPEN, TURN, RESUME, *_ = MotionKind
COUNTY = "office-220122"
SAID = {IdentityField.NAME: "周小明", IdentityField.PHONE: "13800000000"}
Step = Callable[[], object]
AT_COMMIT = -1


@contextmanager
def cut(world: World, statements: int) -> Iterator[list[int]]:
    """The connection breaks before a statement, or before the commit that would come in its place, or AT_COMMIT.

    Yields how many came through.
    """
    engine = world.store.writer if world.server is not None else world.store.engine  # what both are options of
    done = [0]

    def go() -> None:
        if done[0] == statements:
            raise OperationalError("SELECT", {}, Exception("gone"))
        done[0] += 1

    def end(connection: Connection) -> None:
        if connection.get_execution_options().get("postgresql_readonly"):  # nothing hangs on the end of a reading
            return
        done[0] = statements if statements == AT_COMMIT else done[0]
        go()

    event.listen(engine, "commit", end)
    try:
        with watched(engine, go):
            yield done
    finally:
        event.remove(engine, "commit", end)


class Place:
    """One world, its staff, and what a step is about."""

    def __init__(self, world: World) -> None:
        self.world, self.staff = world, Staff(world)

    def officer(self, who: str) -> UUID:
        return self.staff.cast[who].officer_id

    def acting(self, who: str, work: Callable[[Act], object]) -> Step:
        """A step on the staff, in a transaction of its own."""
        actor = self.staff.actor(who)

        def step() -> object:
            with self.world.store.transaction() as session:
                return work(Act(session, self.world.house, self.world.clock(), actor))

        return step

    def proposing(self, kind: MotionKind, by: str, about: str | None = None, **where: Any) -> Step:
        opening, duty, code = kind is OPEN, where.get("duty"), where.get("code", "office-220100")
        desk = self.staff.desk(duty, code) if duty and not opening else None
        wanted = motions.Wanted(
            kind, self.staff.authority(code), self.officer(about) if about else None, desk, duty if opening else None
        )
        hand = self.staff.hand(by)
        return self.acting(by, lambda act: motions.propose(act, hand, wanted))

    def confirming(self, by: str, motion_id: UUID) -> Step:
        hand = self.staff.hand(by)
        return self.acting(by, lambda act: motions.confirm(act, hand, motion_id))

    def ending(self, by: str, step: MotionStep, motion_id: UUID) -> Step:
        return self.acting(by, lambda act: motions.end(act, step, motion_id))

    def liu(self) -> None:
        """Somebody who is enrolled and not certified yet."""
        self.staff.enrol("liu", self.staff.invite("liu"))

    def nong(self) -> Step:
        """Somebody of a county that has no desk draws its first key."""
        self.staff.newcomer("nong", COUNTY)
        return self.proposing(OPEN, "nong", "nong", duty=Duty.INTAKE, code=COUNTY)

    def suspended(self) -> None:
        with self.staff.act("cui") as act:
            staffing.suspend(act, self.officer("lin"))

    def writing(self, work: Callable[[Any], object]) -> Step:
        def step() -> object:
            with self.world.store.transaction() as session:
                return work(session)

        return step

    def code(self, who: str) -> Code:
        self.world.clock.forward(seconds=31)
        member = self.staff.cast[who]
        return Code(member.keys.otp, member.code(self.world.clock()))

    def case(self) -> UUID:
        self.key, case_id = arrive(self.world, may_phone=True)
        return case_id

    def asking(self, claims: Mapping[IdentityField, str] | None = None) -> Step:
        """林 asks who reported, or what somebody says who has lost the code."""
        world, case_id = self.world, self.case()
        reason = requesting.REISSUE if claims else "PROTECT"
        hours = self.world.house.policies.reasons.disclosure[reason].max_hours
        plea = Plea(tuple(SAID), reason, hours, "为了保护举报人。", newest(world, case_id), claims or {})
        actor, ring = world.actor("lin"), world.ring("lin")
        with world.store.reading() as session:
            made = requesting.prepare(session, world.house, actor, ring, case_id, plea, now=world.clock())
        return self.writing(
            lambda session: requesting.ask(session, world.house, actor, case_id, plea, made, now=world.clock())
        )

    def asked(self, claims: Mapping[IdentityField, str] | None = None) -> UUID:
        return self.asking(claims)()

    def version(self, request_id: UUID) -> int:
        with self.world.store.reading() as session:
            return session.get_one(Disclosure, request_id).version

    def taking(self, who: str, prepare: Callable[..., Any]) -> Step:
        """Seal a step on a request; take it."""
        world, actor = self.world, self.world.actor(who)
        with world.store.reading() as session:
            sealed = prepare(session, world.house, actor, world.ring(who))
        return self.writing(lambda session: disclosing.take(session, world.house, actor, sealed, now=world.clock()))

    def lifting(self, request_id: UUID) -> Step:
        seen, code = self.version(request_id), self.code("gao")
        return self.taking(
            "gao",
            lambda *hand: disclosing.prepare_lift(*hand, request_id, seen, code, now=self.world.clock()),
        )

    def releasing(self, request_id: UUID) -> Step:
        seen, code, names = self.version(request_id), self.code("he"), [IdentityField.NAME]
        return self.taking(
            "he",
            lambda *hand: disclosing.prepare_release(*hand, request_id, names, seen, code, now=self.world.clock()),
        )

    def answering(self, request_id: UUID) -> Step:
        seen, code = self.version(request_id), self.code("he")
        return self.taking("he", lambda *hand: answering.prepare(*hand, request_id, seen, code, now=self.world.clock()))

    def closing(self, who: str, step: DisclosureStep, request_id: UUID) -> Step:
        seen = self.version(request_id)
        return self.taking(
            who,
            lambda session, house, actor, _: disclosing.prepare_end(
                session, house, actor, step, request_id, seen, now=self.world.clock()
            ),
        )

    def lifted(self, claims: Mapping[IdentityField, str] | None = None) -> UUID:
        request_id = self.asked(claims)
        self.lifting(request_id)()
        return request_id

    def released(self) -> UUID:
        request_id = self.lifted()
        self.releasing(request_id)()
        return request_id

    def answered(self) -> UUID:
        request_id = self.lifted(SAID)
        self.answering(request_id)()
        return request_id

    def reading(self) -> Step:
        request_id, world = self.released(), self.world
        world.sign()
        actor, ring = world.actor("lin"), world.ring("lin")
        return self.writing(
            lambda session: disclosing.read(session, world.house, actor, ring, request_id, now=world.clock())
        )

    def lapsing(self) -> Step:
        self.released()
        self.staff.propose(SEAT, "guan", "song", duty=Duty.INVESTIGATE)
        self.staff.propose(TURN, "he", duty=Duty.CUSTODY)
        self.world.clock.forward(hours=100)
        return self.writing(lambda session: ticking.tick(session, self.world.house, now=self.world.clock()))

    def reissuing(self) -> Step:
        request_id, world = self.answered(), self.world
        actor, ring, seen = world.actor("lin"), world.ring("lin"), self.version(request_id)
        return self.writing(
            lambda session: reissuing.reissue(session, world.house, actor, ring, request_id, seen, now=world.clock())
        )

    def renewing(self) -> Step:
        provisional, own, world = self.reissuing()(), Receipt.derive(bytes(32), b"own"), self.world
        return self.writing(
            lambda session: reissuing.replace(session, world.house, provisional, own, now=world.clock())
        )

    def giving(self, giving: identity.Giving) -> Step:
        """A reporter says something else of themselves, or nothing any more, while somebody asks for it."""
        self.lifted()
        world, key = self.world, self.key

        def step() -> None:
            with world.store.reading() as session:
                made = mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())
            with world.store.transaction() as session:
                identity.store(session, world.house, made, now=world.clock())

        return step

    def withdrawing(self) -> Step:
        self.lifted()
        return self.writing(
            lambda session: mailbox.withdraw(session, self.world.house, self.key, now=self.world.clock())
        )

    def assigning(self) -> Step:
        world, case_id = self.world, self.case()
        accept(world, "lin", case_id)
        order = Order(self.officer("chen"), BRIEF, True, newest(world, case_id))  # noqa: FBT003
        actor, ring = world.actor("gao"), world.ring("gao")

        def step() -> None:
            with world.store.reading() as session:
                made = assigning.prepare(session, world.house, actor, ring, case_id, order, now=world.clock())
            with world.store.transaction() as session:
                assigning.assign(session, world.house, actor, case_id, order, made, now=world.clock())

        return step

    def unassigning(self) -> Step:
        world, case_id = self.world, self.case()
        accept(world, "lin", case_id)
        assign(world, case_id, narrative=True)
        with world.store.reading() as session:
            (row,) = session.scalars(select(Assignment))
        actor = world.actor("gao")
        return self.writing(
            lambda session: assigning.unassign(session, world.house, actor, case_id, row.id, now=world.clock())
        )

    def enrolling(self) -> Step:
        world, code = self.world, self.staff.invite("liu")
        with world.store.reading() as session:
            invitation = enrolling.open_invitation(session, world.house, "liu", code, now=world.clock())
        otp, _ = enrolling.draw_otp(world.house, invitation)
        enrolled = enrolling.seal(world.house, invitation, PASSWORD, otp)
        digits = Member(invitation.officer_id, enrolled.keys).code(world.clock())
        return self.writing(lambda session: enrolling.enrol(session, world.house, enrolled, digits, now=world.clock()))

    def relocking(self) -> Step:
        world, actor = self.world, self.world.actor("lin")
        with world.store.transaction() as session:
            candidate = signing_in.attempt(session, world.house, "lin", now=world.clock())
        made = relocking.relock(world.house, candidate, PASSWORD, "another long password")
        code = self.code("lin")
        return self.writing(
            lambda session: relocking.store(session, world.house, actor, Token.new(), made, code, now=world.clock())
        )

    def operating(self, work: Callable[[Operation], object]) -> Step:
        return self.writing(lambda session: work(Operation(session, self.world.house, self.world.clock())))

    def shares(self) -> tuple[str, ...]:
        """A recovery key, and a desk of 四平 that it opens."""
        world, secret = self.world, SecretKey.generate()
        with world.store.transaction() as session:
            founder = world.founder(session)
            made = founding.certify_recovery(founder, RecoveryName.ALL_ELSE, secret.public)
            qin = {self.officer("qin"): self.staff.cast["qin"].keys.secret.public}
            founding.open_desk(founder, self.staff.authority("office-220300"), Duty.AWARD, qin, made)
        return recovery.split(secret, Scheme(2, 3))[:2]

    def recovering(self) -> Step:
        shares = self.shares()
        return self.operating(lambda it: recovering.recover_desk(it, "office-220300", Duty.AWARD, "qin-lead", shares))

    def replacing(self) -> Step:
        shares, root = self.shares(), self.world.root
        return self.operating(
            lambda it: recovering.replace_key(it, root, RecoveryName.ALL_ELSE, shares, lambda _: None)
        )
