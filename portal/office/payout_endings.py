"""A payment that ends unpaid (不再发放): two of the payout desk say why, or the claimant takes the claim back.

No entry of it names what it was for, as no entry of a payment does. Payee and account are destroyed at once, for
nothing was paid that accounts are kept of; of what was revoked they stay as long as accounts do. The reporter reads in
the mailbox why, and what they can do; under the same order they may claim anew unless it was revoked.
"""

import json
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crypto import tree
from portal.domain import clocks, payouts
from portal.domain.audit import REPORTER, hour_of
from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import PayoutEnd, PayoutStep
from portal.domain.errors import IllegalTransitionError, LedgerError, ReasonError
from portal.domain.vocabulary import MotionKind
from portal.office import claims, paying
from portal.office.acting import Act, Hand
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.proposals import Ready, Wanted
from portal.office.recording import Draft, record
from portal.store.motions import Motion
from portal.store.officers import Desk
from portal.store.payouts import Payout
from portal.store.session import lock

CANCELLED, WITHDRAWN = "payout_cancelled", "payout_withdrawn"


def wanted(act: Act, payout_id: UUID, why: PayoutEnd) -> Wanted:
    """What is proposed to another officer of the desk. Raises StrangerError, IllegalTransitionError, ReasonError."""
    if why not in payouts.DESK_ENDS:
        raise ReasonError("two of the payout desk end a payment for a reason of theirs")
    admitted = paying.admit(act.session, act.house, act.actor, PayoutStep.CANCEL, payout_id)
    content = tree.canonical({"payout": str(payout_id), "ended": str(why), "digest": paying.claim_digest(admitted.row)})
    return Wanted(MotionKind.CANCEL, admitted.authority_id, desk_id=admitted.row.desk_id, content=content)


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """Nothing is made ready. Raises StrangerError, IllegalTransitionError, OwnAwardError."""
    admitted = paying.admit(act.session, act.house, act.actor, PayoutStep.CANCEL, paying.payout_of(proposal.content))
    _require_no_judge(act, hand, admitted.row)
    return Ready(content=proposal.content)


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """End it, as two people agree. Raises what `propose` raises, and StaleError when it was claimed anew since."""
    admitted = paying.admit(act.session, act.house, act.actor, PayoutStep.CANCEL, paying.payout_of(motion.content))
    paying.require_unchanged(admitted.row, motion)
    _require_no_judge(act, hand, admitted.row)
    why, draft = why_of(motion.content), admitted.draft(CANCELLED, act.now)
    _end(act.session, admitted.row, draft, (PayoutStep.CANCEL, why), clocks.day_of(act.now))
    admitted.row.motion_id = motion.id
    draft.reason = str(why)
    draft.names(admitted.row)
    return draft


def _require_no_judge(act: Act, hand: Hand, row: Payout) -> None:
    """Raise OwnAwardError for whoever approved it; an order that is not sound is ended all the same."""
    with suppress(LedgerError):
        paying.unseal(act.session, act.house, hand.ring, row)


def why_of(content: bytes | None) -> PayoutEnd:
    """Why a motion is to end a payment."""
    return PayoutEnd(json.loads(content or b"{}")["ended"])


def withdraw(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> None:
    """The claimant takes it back before it is released. Raises ClaimError where nothing is claimed, or too late."""
    row = claims.claimed(session, house, reporter)
    session.refresh(row, with_for_update=lock(session))
    claims.require_recorded(session, house, row)
    draft = Draft(WITHDRAWN, hour_of(now), REPORTER, ("payouts", row.id))
    try:
        _end(session, row, draft, (PayoutStep.WITHDRAW, PayoutEnd.WITHDRAWN), clocks.day_of(now))
    except IllegalTransitionError:
        raise ClaimError("released" if payouts.standing(row.state) else "none") from None
    draft.authority_id = session.get_one(Desk, row.desk_id).authority_id
    draft.names(row)
    record(session, house.entry_key, draft)


def _end(session: Session, row: Payout, draft: Draft, how: tuple[PayoutStep, PayoutEnd], today: date) -> None:
    step, why = how
    row.state, row.ended, row.ended_on = payouts.advance(row.state, step), why, today
    row.code = None
    if why not in payouts.KEPT:
        paying.destroy(session, row, draft, today)
