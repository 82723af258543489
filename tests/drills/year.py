"""A year of an office, made up: reports arrive, officers and reporters do what they do, time passes; all by one number.

The same number gives the same year. Everything is done as the pages do it, with real keys; what a rule refuses on the
way ends that story and is counted.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from portal.domain.errors import RefusalError
from portal.domain.paper_vocabulary import Outcome, Verdict
from portal.office import mailbox
from portal.office.keyring import ReporterKey
from tests import clocking, verification
from tests.casework import confirm_step, propose_block, put_aside
from tests.merging import look_at, merge, split
from tests.office.test_assigning import assign
from tests.office.test_transferring import hand
from tests.referring import hand_over
from tests.sending import accept, arrive, ask, decline, open_case, say, write
from tests.staffing import Staff
from tests.world import World

Story = Iterator[timedelta]
DAY = timedelta(days=1)
CATEGORIES = ("EXIT-01", "EXIT-03", "FIRE-02", "GAS-01", "PEOPLE-01", "MANAGE-03")
UPHELD = 0.4  # of objections
WRONG = 0.4  # of merges


@dataclass
class Year:
    """The world, a source of chance, and what is still to happen, in the order of its time."""

    world: World
    chance: random.Random
    staff: Staff = field(init=False)
    refused: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    open: list[UUID] = field(default_factory=list)  # cases that were taken up
    _agenda: list[tuple[datetime, int, Story]] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        """The province has investigators, who look again at what others concluded."""
        self.staff = Staff(self.world)
        verification.seat(self.staff, "sheng-chen")

    def run(self, *, reports: int, days: int) -> None:
        """Let that many reports arrive over the days, and time pass until their stories end."""
        begin = self.world.clock()
        for _ in range(reports):
            self._add(begin + days * DAY * self.chance.random(), self._report())
        midnight = begin + DAY
        while self._agenda:
            at, _, story = heapq.heappop(self._agenda)
            while midnight <= at:
                self._pass(midnight)
                midnight += DAY
            self._at(at)
            self._go_on(at, story)

    def _pass(self, midnight: datetime) -> None:
        """What the background work does; some days it is not run, and catches up."""
        if self.chance.random() < 0.9:
            self._at(midnight)
            clocking.tick(self.world)
            self.world.tick()

    def _at(self, at: datetime) -> None:
        self.world.clock.now = max(self.world.clock.now, at.replace(microsecond=0))

    def _add(self, at: datetime, story: Story) -> None:
        self._count += 1
        heapq.heappush(self._agenda, (at, self._count, story))

    def _go_on(self, at: datetime, story: Story) -> None:
        """One step of a story; a rule that refuses it ends it."""
        try:
            self._add(at + next(story), story)
        except StopIteration:
            return
        except RefusalError as refusal:
            self.refused[type(refusal).__name__] += 1

    def _days(self, least: float, most: float) -> timedelta:
        return timedelta(days=self.chance.uniform(least, most))

    # Stories

    def _report(self) -> Story:
        """A report arrives; what becomes of it is drawn."""
        key, case_id = arrive(self.world, category=self.chance.choice(CATEGORIES))
        fates: tuple[tuple[int, Callable[[ReporterKey, UUID], Story]], ...] = (
            (10, self._checked),
            (2, self._declined),
            (1, self._spam),
            (1, self._handed_on),
            (1, self._referred),
            (2, self._merged),
            (1, self._forgotten),
        )
        (fate,) = self.chance.choices([one for _, one in fates], weights=[weight for weight, _ in fates])
        self.told[fate.__name__.strip("_")] += 1
        yield self._days(0, 3)
        if self.chance.random() < 0.1:
            with_words = self._talk(key, case_id)
            yield from with_words
        if self.chance.random() < 0.03:
            with self.world.store.transaction() as session:
                mailbox.withdraw(session, self.world.house, key, now=self.world.clock())
        yield from fate(key, case_id)

    def _talk(self, key: ReporterKey, case_id: UUID) -> Story:
        """Intake asks, and the reporter answers."""
        ask(self.world, "lin", case_id)
        yield self._days(0, 8)
        say(self.world, key, "在地下二层，6号口。")
        yield self._days(0, 1)

    def _declined(self, key: ReporterKey, case_id: UUID) -> Story:
        del key
        open_case(self.world, "lin", case_id)
        yield self._days(0, 3)
        decline(self.world, "lin", case_id, self.chance.choice(("INFO_REQUEST", "SUGGESTION")))

    def _spam(self, key: ReporterKey, case_id: UUID) -> Story:
        del key
        put_aside(self.world, "lin", case_id)
        yield self._days(0, 2)
        motion = propose_block(self.staff, "lin", case_id)
        yield self._days(0, 4)  # after three days the motion has lapsed
        confirm_step(self.staff, "gao", motion)

    def _handed_on(self, key: ReporterKey, case_id: UUID) -> Story:
        del key
        hand(self.world, case_id)
        yield self._days(0, 6)
        accept(self.world, "qin", case_id)

    def _referred(self, key: ReporterKey, case_id: UUID) -> Story:
        del key
        yield self._days(0, 4)
        hand_over(self.world, case_id)

    def _merged(self, key: ReporterKey, case_id: UUID) -> Story:
        del key
        yield self._days(0, 4)
        if self.open:
            merge(self.world, "lin", case_id, self.chance.choice(self.open))
            look_at(self.world, case_id)
            if self.chance.random() < WRONG:
                yield from self._split(case_id)

    def _split(self, case_id: UUID) -> Story:
        """It was about something else: the lead splits it off, late or not, and it is taken up."""
        yield self._days(0, 40)
        split(self.world, self.chance.choice(("lin", "gao")), case_id)
        yield self._days(0, 3)
        accept(self.world, "lin", case_id)
        self.open.append(case_id)

    def _forgotten(self, key: ReporterKey, case_id: UUID) -> Story:
        """Nobody looks at it in time; it is late, the level above sees it, and then it is taken up."""
        del key
        yield self._days(16, 40)
        accept(self.world, "lin", case_id)
        self.open.append(case_id)

    def _checked(self, key: ReporterKey, case_id: UUID) -> Story:
        """The long way: taken up, checked, sometimes longer than it may take, concluded, told."""
        accept(self.world, "lin", case_id)
        self.open.append(case_id)
        yield self._days(0, 5)
        assign(self.world, case_id)
        yield from self._delays(case_id)
        yield from self._work(case_id)
        yield self._days(0, 12)
        verification.feed_back(self.world, case_id)
        yield self._days(0, 5)
        verification.serve(self.world, key)
        if self.chance.random() < 0.15:
            yield from self._objected(key, case_id)
            return
        yield self._days(0, 10)
        if self.chance.random() < 0.5:
            until = (self.world.clock() + 20 * DAY).date()
            verification.order(self.world, case_id, until=until)
            yield self._days(5, 25)
        verification.close(self.world, case_id)
        self.open.remove(case_id)

    def _delays(self, case_id: UUID) -> Story:
        if self.chance.random() < 0.1:
            yield self._days(1, 30)
            clocking.suspend(self.world, "gao", case_id)
            yield self._days(1, 20)
            clocking.resume(self.world, "gao", case_id)
        if self.chance.random() < 0.2:
            yield self._days(10, 50)
            motion = clocking.ask_longer(self.staff, "chen", case_id, by=self.chance.randint(1, 40))
            yield self._days(0, 2)
            confirm_step(self.staff, "sheng-lead", motion)

    def _work(self, case_id: UUID) -> Story:
        """A plan, a visit, what was found of each allegation, and a conclusion that the lead agrees to."""
        papers: tuple[Callable[[], object], ...] = (
            lambda: verification.plan(on=self._today),
            lambda: verification.visit(on=self._today),
            lambda: verification.finding(1, self.chance.choice(list(Outcome))),
            lambda: verification.finding(2, self.chance.choice(list(Outcome))),
        )
        for paper in papers:
            yield self._days(0, 8)
            verification.file(self.world, "chen", case_id, paper())
        yield self._days(0, 10)
        motion = verification.propose(self.staff, case_id)
        yield self._days(0, 2)
        confirm_step(self.staff, "gao", motion)

    @property
    def _today(self):
        return self.world.clock().date()

    def _objected(self, key: ReporterKey, case_id: UUID) -> Story:
        """The reporter objects, sometimes too late; the province looks again."""
        yield self._days(0, 13)
        verification.object_to(self.world, key)
        yield self._days(0, 10)
        verification.review(self.world, case_id, "sheng-chen")
        yield self._days(1, 25)
        verdict = Verdict.UPHELD if self.chance.random() < UPHELD else Verdict.REJECTED
        motion = verification.judge(self.staff, case_id, verdict)
        yield self._days(0, 2)
        confirm_step(self.staff, "sheng-lead", motion)
        if verdict is Verdict.UPHELD:
            yield self._days(1, 5)
            write(self.world, "lin", case_id, "我们重新核查。")
