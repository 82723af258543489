"""Lists for the bank as entries tell them: of what was released, each payment in one until the bank has answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from portal.domain.award_vocabulary import PayoutState, PayoutStep
from portal.domain.replay_cases import UNKNOWN
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.vocabulary import Duty


@dataclass(slots=True)
class BankList:
    """One list: whose, what it holds, and to what the bank has not answered."""

    office: UUID | None
    payouts: frozenset[UUID]
    waiting: set[UUID]


@dataclass(slots=True)
class BankLists:
    """Every list there is."""

    judge: Judge
    staff: Staff
    payouts: Mapping[UUID, PayoutState]
    offices: Mapping[UUID, UUID | None]  # by the payment: where it was claimed
    lists: dict[UUID, BankList] = field(default_factory=dict)
    standing: dict[UUID, UUID] = field(default_factory=dict)  # payment → the list that it stands in

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to lists."""
        return {
            "bank_list_made": self._make,
            "bank_list_opened": self._look,
            "bank_list_taken": self._take,
            "bank_list_recalled": self._recall,
        }

    def answer(self, said: Said, step: PayoutStep, before: PayoutState | None) -> None:
        """What the bank said of a payment is said of the list in which it stands."""
        about, named = said.about or UNKNOWN, said.id("list")
        standing = self.standing.get(about)
        same = named == standing
        self.judge.require(said, same, Rule.PAYOUT, f"the list that it stands in: {standing or 'none'}")
        if step is PayoutStep.FAIL and before is PayoutState.RELEASED and self.lists:
            self.judge.require(said, standing, Rule.PAYOUT, "what stands in a list for the bank")
        found = self.lists.get(standing or UNKNOWN)
        if found is not None:
            found.waiting.discard(about)
        if step is PayoutStep.FAIL:
            self.standing.pop(about, None)

    def end(self, said: Said) -> None:
        """What stands in a list is not ended: the bank may be paying it."""
        free = (said.about or UNKNOWN) not in self.standing
        self.judge.require(said, free, Rule.PAYOUT, "what stands in no list for the bank")

    def _pays(self, said: Said, office: UUID | None) -> None:
        seats = self.staff.actor(said.officer).seats
        holds = any(one.duty is Duty.PAYOUT and one.authority_id == said.trail for one in seats)
        self.judge.require(said, holds and said.duty == Duty.PAYOUT, Rule.DUTY, "somebody of the payout desk")
        self.judge.require(said, office == said.trail, Rule.PAYOUT, "the office that it was made at")

    def _make(self, said: Said) -> None:
        self._pays(said, said.trail)
        ids = said.ids("payouts") or frozenset()
        for one in sorted(ids):
            fit = self.payouts.get(one) is PayoutState.RELEASED and one not in self.standing
            self.judge.require(said, fit, Rule.PAYOUT, "payments that were released and stand in no list")
            same = self.offices.get(one, said.trail) == said.trail
            self.judge.require(said, same, Rule.PAYOUT, "the office that it was claimed at")
        made = said.about or UNKNOWN
        self.judge.require(said, made not in self.lists, Rule.PAYOUT, "a list that was not there yet")
        self.lists[made] = BankList(said.trail, ids, set(ids))
        self.standing.update(dict.fromkeys(ids, made))

    def _found(self, said: Said) -> BankList | None:
        found = self.lists.get(said.about or UNKNOWN)
        self.judge.require(said, found, Rule.KNOWN, "a list that was made")
        if found is not None:
            self._pays(said, found.office)
        return found

    def _look(self, said: Said) -> None:
        self._found(said)

    def _take(self, said: Said) -> None:
        found = self._found(said)
        if found is not None:
            self.judge.require(said, found.waiting, Rule.PAYOUT, "a list that the bank has still to answer")

    def _recall(self, said: Said) -> None:
        found = self._found(said)
        if found is None:
            return
        whole = found.waiting == found.payouts
        self.judge.require(said, whole, Rule.PAYOUT, "a list to which the bank has answered nothing")
        for one in found.waiting:
            self.standing.pop(one, None)
        found.waiting = set()
