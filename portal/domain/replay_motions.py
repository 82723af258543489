"""What needs a second person, as entries tell it: proposed by one who may, confirmed by another, and only then done.

The rules are those of `domain.countersign`. A motion that has ended is forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from uuid import UUID

from portal.domain import countersign
from portal.domain.countersign import MotionFacts
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.vocabulary import ActorKind, MotionKind, MotionState, MotionStep

# What is done only when a second person has confirmed it: the entry of that comes next.
EFFECTS: Mapping[str, MotionKind] = MappingProxyType(
    {
        "officer_certified": MotionKind.CERTIFY,
        "seated": MotionKind.SEAT,
        "desk_opened": MotionKind.OPEN,
        "desk_turned": MotionKind.TURN,
        "officer_resumed": MotionKind.RESUME,
        "authority_added": MotionKind.FOUND,
        "authority_renamed": MotionKind.RENAME,
        "counter_set": MotionKind.LOCATE,
        "edition_adopted": MotionKind.ADOPT,
        "extended": MotionKind.EXTEND,
        "concluded": MotionKind.CONCLUDE,
        "blocked": MotionKind.BLOCK,
        "reviewed": MotionKind.REVIEW,
        "reopened": MotionKind.REVIEW,
        "award_submitted": MotionKind.REWARD,
        "award_revoked": MotionKind.REVOKE,
        "payout_released": MotionKind.PAY,
        "payout_cancelled": MotionKind.CANCEL,
        "bank_list_recalled": MotionKind.RECALL,
    }
)


@dataclass(slots=True)
class Motion:
    """Something that waits for its second person."""

    facts: MotionFacts
    officers: frozenset[UUID] | None  # who will hold a key that was drawn
    told: bool
    case: UUID | None = None


@dataclass(slots=True)
class Motions:
    """Those that wait."""

    judge: Judge
    staff: Staff
    waiting: dict[UUID, Motion]
    effect: Said | None = None  # of the entry before, if a second person is still to be named for it
    done: bool = False  # whether the entry before was one
    revoking: bool = False  # whether revoking a reward was ever proposed: from then on it takes two

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to motions."""
        return {
            "motion_proposed": self._propose,
            "motion_confirmed": self._confirm,
            "motion_refused": self._end,
            "motion_withdrawn": self._end,
            "motion_lapsed": self._lapse,
            "motion_opened": self._open,
        }

    def before(self, said: Said) -> None:
        """What was done in the entry before takes a second person, who is named now or never."""
        effect, self.effect = self.effect, None
        self.done = effect is not None
        if effect is not None and said.event != "motion_confirmed":
            self.judge.breach(effect, Rule.TWO_PEOPLE, f"{effect.event} with a second person's confirmation next to it")
        elif effect is not None:
            self._match(said, effect)

    def after(self, said: Said) -> None:
        """Remember what wants a second person: whatever an officer does that widens access."""
        if said.event in EFFECTS and said.is_by(ActorKind.OFFICER):
            self.effect = None if self._is_older(said) else said

    def _is_older(self, said: Said) -> bool:
        """Rewards were revoked by one, without a code of why, until the first was proposed to a second."""
        older = said.event == "award_revoked" and said.reason is None and not self.revoking
        if older:
            self.judge.lacks(Rule.TWO_PEOPLE)
        return older

    def finish(self) -> None:
        """No entry is left: what was done last had no second person."""
        if self.effect is not None:
            self.judge.breach(self.effect, Rule.TWO_PEOPLE, "a second person's confirmation next to it")

    def _propose(self, said: Said) -> None:
        if said.about is None or said.trail is None:
            self.judge.breach(said, Rule.KNOWN, "a motion of an office")
            return
        told = "expires" in said.facts
        expires = datetime.fromisoformat(said.facts["expires"]) if told else said.moment + countersign.LIFE
        about, desk = said.id("officer"), said.id("desk")
        kind, sent = MotionKind(said.facts["kind"]), said.id("from")
        self.revoking = self.revoking or kind is MotionKind.REVOKE
        facts = MotionFacts(kind, MotionState.PROPOSED, said.trail, None, about, desk, expires, sent)
        self.judge.require(said, said.about not in self.waiting, Rule.MOTION, "a motion that was not there yet")
        tree = self.staff.tree()
        if tree is None or not told:
            self.judge.lacks(Rule.MOTION)
        else:
            actor = self.staff.actor(said.officer)
            self.judge.ask(said, Rule.MOTION, lambda: countersign.admit_proposal(tree, actor, facts))
        proposed = replace(facts, proposer_id=said.officer)
        self.waiting[said.about] = Motion(proposed, said.ids("officers"), told, said.id("case"))

    def _take(self, said: Said) -> Motion | None:
        motion = self.waiting.pop(said.about, None) if said.about else None
        if self.judge.require(said, motion, Rule.MOTION, "a motion that waits") and motion is not None:
            same = said.facts.get("kind") == motion.facts.kind
            self.judge.require(said, same, Rule.MOTION, f"a motion to {motion.facts.kind}")
        return motion

    def _admit(self, said: Said, motion: Motion, step: MotionStep) -> None:
        tree = self.staff.tree()
        if tree is None or not motion.told:
            own = said.officer == motion.facts.proposer_id
            self.judge.lacks(Rule.MOTION)
            fits = own if step is MotionStep.WITHDRAW else not own
            self.judge.require(said, fits, Rule.TWO_PEOPLE, "who confirms and who proposed are two people")
            return
        actor = self.staff.actor(said.officer)
        self.judge.ask(said, Rule.MOTION, lambda: countersign.admit(tree, actor, step, motion.facts, now=said.moment))

    def _confirm(self, said: Said) -> None:
        motion = self._take(said)
        if motion is None:
            return
        self._admit(said, motion, MotionStep.CONFIRM)
        self.judge.require(said, self.done, Rule.MOTION, "what was proposed done in the entry before")
        tree = self.staff.tree()
        if tree is not None and motion.told:
            proposer = self.staff.actor(motion.facts.proposer_id)
            self.judge.ask(said, Rule.MOTION, lambda: countersign.admit_proposal(tree, proposer, motion.facts))

    def _match(self, said: Said, effect: Said) -> None:
        """What was done is what was proposed, by the one who confirms."""
        motion = self.waiting.get(said.about) if said.about else None
        if motion is None:
            return  # said when it is taken
        require, facts = self.judge.require, motion.facts
        require(effect, EFFECTS[effect.event] is facts.kind, Rule.MOTION, f"what was proposed: to {facts.kind}")
        require(effect, effect.officer == said.officer, Rule.TWO_PEOPLE, "done by the one who confirms it")
        require(effect, effect.trail == facts.authority_id, Rule.MOTION, "what was proposed for this office")
        if not motion.told:
            self.judge.lacks(Rule.MOTION)
            if facts.kind is MotionKind.OPEN and effect.ids("officers") is None:
                self.staff.sit(effect, facts.proposer_id)  # who draws a first key sits there
            return
        about = effect.id("officer") if effect.event == "seated" else effect.about
        if facts.kind in {MotionKind.CERTIFY, MotionKind.SEAT, MotionKind.RESUME}:
            require(effect, about == facts.officer_id, Rule.MOTION, "what was proposed about this officer")
        if facts.kind in {MotionKind.OPEN, MotionKind.TURN}:
            same = (effect.about, effect.ids("officers")) == (facts.desk_id, motion.officers)
            require(effect, same, Rule.MOTION, "the key that was proposed, for those it was drawn for")
        if facts.kind in countersign.CASE_KINDS - {MotionKind.REVOKE}:  # that one is about a report's award
            require(effect, effect.about == motion.case, Rule.MOTION, "a step of the case that was proposed")
        if facts.kind is MotionKind.SEAT and facts.desk_id is not None:
            desk = self.staff.desks.get(facts.desk_id)
            place = desk and (desk.facts.authority_id, desk.facts.duty)
            require(effect, place == (effect.trail, effect.facts["duty"]), Rule.MOTION, "the seat that was proposed")

    def _end(self, said: Said) -> None:
        motion = self._take(said)
        if motion is not None:
            step = MotionStep.REFUSE if said.event == "motion_refused" else MotionStep.WITHDRAW
            self._admit(said, motion, step)

    def _lapse(self, said: Said) -> None:
        motion = self._take(said)
        if motion is None or not motion.told:
            return
        over, about = said.moment >= motion.facts.expires_at, motion.facts.officer_id
        if said.is_by(ActorKind.OFFICER):
            self.staff.administers(said, motion.facts.authority_id, None)
        self.judge.require(said, over or about, Rule.TIME, f"a motion whose time is over: {motion.facts.expires_at}")

    def _open(self, said: Said) -> None:
        """Somebody reads why a step of a case is proposed; of one that is over nothing is known any more."""
        motion, tree = self.waiting.get(said.id("motion") or UUID(int=0)), self.staff.tree()
        if motion is None or tree is None or not motion.told:
            return
        actor = self.staff.actor(said.officer)
        show = partial(countersign.admit, tree, actor, MotionStep.SHOW, motion.facts, now=said.moment)
        self.judge.ask(said, Rule.MOTION, show)
