"""Taking a reward back (撤销), proposed to a second person; and what is decided where its reporter contests that."""

from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue

from portal.domain.errors import RefusalError, StaleError
from portal.office import motions, reinstating, revoking
from portal.review.blueprints import review
from portal.review.reward_forms import RevokeForm, RulingForm
from portal.review.views.papers import countersigning
from portal.review.views.rewards import LIST, back, page
from portal.web.errors import enter
from portal.web.requests import desk, house, now, reading, transaction


@review.post("/review/rewards/<uuid:award_id>/revoke")
def revoke_reward(award_id: UUID) -> ResponseReturnValue:
    """Fraud or collusion: it is proposed to be taken back, for another of the award desk to agree."""
    form, officer = RevokeForm(), desk()
    if not form.validate():
        return page(award_id, revoke_form=form), 422
    try:
        with transaction() as session:
            act, hand = countersigning(session, officer)
            wanted = revoking.wanted(act, officer.ring, award_id, form.why(), form.words.data)
            motions.propose(act, hand, wanted)
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        enter(refusal)
        return page(award_id, revoke_form=form), 422
    return redirect(f"{LIST}/{award_id}?done={form.done}", code=303)


@review.post("/review/rewards/<uuid:award_id>/rule")
def rule_reward(award_id: UUID) -> ResponseReturnValue:
    """What was revoked and contested: it stays so, or the grant stands again."""
    form, officer = RulingForm(), desk()
    if not form.validate():
        return page(award_id, ruling_form=form), 422
    said = form.ruling()
    try:
        with reading() as session:
            made = reinstating.prepare(session, house(), officer.actor, officer.ring, award_id, said, now=now())
        with transaction() as session:
            reinstating.rule(session, house(), officer.actor, award_id, said, made, now=now())
    except StaleError as stale:
        enter(stale)
        return page(award_id, ruling_form=form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        return page(award_id, ruling_form=form), 422
    return redirect(back(done="judged"), code=303)
