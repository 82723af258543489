"""Rewards that are taken back, as entries tell it: by two who judge, and what is contested heard by a third.

It hears each entry before `replay_awards` does, which knows the award itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from portal.domain import awards
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.replay_awards import Award, Awards
from portal.domain.replay_cases import UNKNOWN
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import MotionKind


@dataclass(slots=True)
class Revocations:
    """What is proposed to be taken back, and what was."""

    judge: Judge
    awards: Awards
    challenged: Said | None = None  # the entry before, where it says why a reward is to be revoked
    motions: dict[UUID, tuple[UUID, UUID | None]] = field(default_factory=dict)  # that wait: award, who signed first
    done: UUID | None = None  # the award that the entry before revoked

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to revocations."""
        return {
            "award_challenged": self._challenge,
            "motion_proposed": self._propose,
            "award_revoked": self._revoke,
            "motion_confirmed": self._agree,
            **dict.fromkeys(("motion_refused", "motion_withdrawn", "motion_lapsed"), self._drop),
            "award_contested": self._contest,
            **dict.fromkeys(("award_affirmed", "award_reinstated"), self._rule),
            "award_announced": self._announce,
        }

    def _challenge(self, said: Said) -> None:
        """Somebody who judges says why it is to be revoked; it stays granted."""
        self.challenged = said
        award = self.awards.awards.get(said.id("award") or UNKNOWN)
        if not self.judge.require(said, award, Rule.KNOWN, "a reward that was proposed") or award is None:
            return
        self.judge.ask(said, Rule.AWARD, lambda: awards.advance(award.state, AwardStep.REVOKE))
        self.awards.require_third(said, award, "a judge who had no hand in it")
        desk = said.id("desk")
        self.judge.require(
            said, desk in {award.desk, award.above}, Rule.AWARD, "agreed to at its desk or the one above"
        )
        award.asked = desk

    def _propose(self, said: Said) -> None:
        before, self.challenged = self.challenged, None
        if said.facts["kind"] != MotionKind.REVOKE:
            return
        same = before is not None and (before.officer, before.index + 1) == (said.officer, said.index)
        self.judge.require(said, same, Rule.MOTION, "what is to be revoked said in the entry before")
        if before is not None and said.about is not None:
            told = "desk" not in said.facts or before.facts.get("desk") == said.facts["desk"]
            self.judge.require(said, told, Rule.MOTION, "the desk that was said to agree")
            self.motions[said.about] = (before.id("award") or UNKNOWN, said.officer)

    def _drop(self, said: Said) -> None:
        self.motions.pop(said.about or UNKNOWN, None)

    def _revoke(self, said: Said) -> None:
        self.done = said.id("award")

    def _agree(self, said: Said) -> None:
        """What was revoked is what the motion said; neither of the two hears what is contested."""
        done, self.done = self.done, None
        proposed = self.motions.pop(said.about or UNKNOWN, None)
        if said.facts.get("kind") != MotionKind.REVOKE or proposed is None:
            return
        award_id, first = proposed
        self.judge.require(said, done == award_id, Rule.MOTION, "the reward that was proposed to be revoked")
        award = self.awards.awards.get(award_id)
        if award is not None:
            award.taken, award.contested, award.asked = award.taken | {first, said.officer}, False, None

    def _contest(self, said: Said) -> None:
        """A revocation is contested once, at the award desk above or its own."""
        award = self.awards.awards.get(said.id("award") or UNKNOWN)
        if award is None or award.state is not AwardState.REVOKED:
            return
        self.judge.require(said, not award.contested, Rule.AWARD, "a revocation that was not contested before")
        desk = said.id("desk")
        self.judge.require(said, desk in {award.desk, award.above}, Rule.AWARD, "heard at its desk or the one above")
        award.contested, award.home, award.hears = True, award.desk, desk

    def _rule(self, said: Said) -> None:
        award = self.awards.awards.get(said.id("award") or UNKNOWN)
        if award is None:
            return
        apart = said.officer not in award.judges | award.taken
        self.judge.require(
            said, apart, Rule.AWARD, "what was revoked heard by somebody who neither granted nor took it"
        )

    def _announce(self, said: Said) -> None:
        """A notice is put up once for a decision, and counts some days later."""
        award: Award | None = self.awards.awards.get(said.id("award") or UNKNOWN)
        if award is None:
            return
        self.judge.require(said, not award.posted, Rule.AWARD, "a decision of which no notice was put up")
        later = date.fromisoformat(said.facts["counts"]) > said.moment.date()
        self.judge.require(said, later, Rule.CLOCK, "a notice that counts as received days after it was put up")
        award.posted = True
