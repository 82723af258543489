"""`/review/rewards`: proposing a reward from a case, judging it, what became of it."""

from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.award_papers import Proposal, SentBack
from portal.domain.award_vocabulary import AwardState, AwardView, RevokeReason
from portal.domain.errors import NotAllowedError, RefusalError, StaleError, StrangerError
from portal.domain.rewards_facts import Facts, FactsError
from portal.domain.rewards_shape import Assessment
from portal.domain.vocabulary import Action
from portal.office import (
    assessing,
    award_facts,
    award_lists,
    award_returning,
    award_sheets,
    awarding,
    case_file,
    judging,
    motions,
    naming,
    preceding,
)
from portal.office.case_file import FileSheet
from portal.office.preceding import Standing
from portal.review import list_filters
from portal.review.blueprints import review
from portal.review.reward_forms import (
    AnnounceForm,
    AskForm,
    ForfeitForm,
    JudgeForm,
    ProlongForm,
    ProposalForm,
    ReturnForm,
    RevokeForm,
    RulingForm,
)
from portal.review.views.papers import countersigning, home, show
from portal.web.errors import enter
from portal.web.i18n import current, year_month
from portal.web.requests import REWARDS_COOKIE, desk, house, now, reading, transaction

LIST = "/review/rewards"


@review.get("/review/rewards")
def list_rewards() -> Response:
    """What waits for this officer's award desks, and what they proposed; without sums."""
    officer = desk()
    asked = list_filters.read(request.args, AwardView, AwardState, award_lists.first_view(officer.actor))
    wanted = award_lists.Wanted(asked.view, asked.state, asked.authority_id, asked.month)
    with reading() as session:
        found = award_lists.listed(session, house(), officer.actor, current().tag, wanted, asked.window, now=now())
    page_ = render_template(
        "review/rewards.html",
        officer=officer.sheet,
        found=found,
        asked=asked,
        states=tuple(AwardState),
        months=months_offered(),
        kinds=house().policies.categories.kinds,
        duties={str(seat.duty) for seat in officer.actor.seats},
    )
    return list_filters.remember(make_response(page_), asked.place, REWARDS_COOKIE, request.cookies.get(REWARDS_COOKIE))


def months_offered() -> list[tuple[str, str]]:
    """The months of a list, as options."""
    return [(value, year_month(first)) for value, first in list_filters.months()]


def back(**more: str) -> str:
    """The list as the officer left it."""
    return list_filters.way_back(LIST, request.cookies.get(REWARDS_COOKIE), **more)


@review.get("/review/cases/<uuid:case_id>/reward")
def draft_reward(case_id: UUID) -> str:
    """The facts as the case says them, what they come to, and what is to be added; `of` is one of several reports."""
    return _draft(case_id, None)


@review.post("/review/cases/<uuid:case_id>/reward")
def propose_reward(case_id: UUID) -> ResponseReturnValue:
    """Reckon with what was changed (试算); or propose it to the lead."""
    form = ProposalForm()
    if request.form.get("try"):
        return _draft(case_id, form)
    if not form.validate():
        return _draft(case_id, form), 422
    try:
        _propose(case_id, form)
    except StaleError as stale:
        enter(stale)
        return _draft(case_id, form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        return _draft(case_id, form), 422
    return redirect(f"{home(case_id)}?done={form.done}", code=303)


def _propose(case_id: UUID, form: ProposalForm) -> None:
    officer = desk()
    with transaction() as session:
        act, hand = countersigning(session, officer)
        admitted = awarding.admit(act, case_id)
        known = case_file.dossier(session, house(), officer.ring, case_id)
        standing = preceding.among(session, house(), admitted.case, _part(form.of.data, case_id))
        facts = form.to_facts(award_facts.drawn(session, house(), admitted, known, standing))
        edition = house().policies.rewards.heading.edition
        paper = Proposal(str(standing.own.report_id), edition, facts, form.shown.data, form.words.data)
        motions.propose(act, hand, awarding.wanted(act, case_id, paper, form.seen_index))


def _draft(case_id: UUID, form: ProposalForm | None, *, stale: bool = False) -> str:
    officer = desk()
    with transaction() as session:
        sheet = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
        if Action.REWARD not in sheet.actions:
            raise NotAllowedError("a reward is not yours to propose now")
        admitted = case_file.admit(session, house(), officer.actor, case_id)
        of = request.args.get("of") if form is None else form.of.data
        standing = preceding.among(session, house(), admitted.case, _part(of, case_id))
        drawn = award_facts.drawn(session, house(), admitted, sheet.dossier, standing)
        returned = award_returning.why_of(session, house(), officer.ring, standing.own.report_id)
    if form is None:
        form = ProposalForm(formdata=None)
        form.fill(drawn)
    return _shown(sheet, form, drawn, standing, returned, stale=stale)


def _part(said: str | None, case_id: UUID) -> UUID:
    """Which of the reports an address or a form is about: the case's own unless it says another."""
    try:
        return UUID(said) if said else case_id
    except ValueError:
        raise StrangerError("no such report of this case") from None


def _shown(
    sheet: FileSheet,
    form: ProposalForm,
    drawn: Facts,
    standing: Standing,
    returned: SentBack | None,
    *,
    stale: bool,
) -> str:
    edition = house().policies.rewards
    untouched = ProposalForm(formdata=None)
    untouched.fill(drawn)
    before = assessing.assess(house(), edition.heading.edition, untouched.to_facts(drawn))
    found: Assessment | None = None
    try:
        found = assessing.assess(house(), edition.heading.edition, form.to_facts(drawn))
    except FactsError as refusal:
        form.refuse(refusal)
    return show(
        "review/reward_draft.html",
        sheet,
        form=form,
        stale=stale,
        drawn=drawn,
        standing=standing,
        returned=returned,
        found=found,
        before=before,
        flips=assessing.flipped(before, found) if found and request.form.get("try") else None,
        edition=edition,
        waiting=award_facts.undecided(sheet.dossier),
    )


@review.get("/review/rewards/<uuid:award_id>")
def show_reward(award_id: UUID) -> str:
    """One, with the facts, the rows, the arithmetic, and what may be decided."""
    return page(award_id)


@review.post("/review/rewards/<uuid:award_id>/decide")
def decide_reward(award_id: UUID) -> ResponseReturnValue:
    """Grant it or refuse it; the order to pay is signed by whoever grants."""
    form, officer = JudgeForm(), desk()
    if not form.validate():
        return page(award_id, judge_form=form), 422
    said = form.to_judgement()
    try:
        with reading() as session:
            made = judging.prepare(
                session, house(), officer.actor, (officer.ring, officer.signing), award_id, said, now=now()
            )
        with transaction() as session:
            judging.decide(session, house(), officer.actor, award_id, said, made, now=now())
    except StaleError as stale:
        enter(stale)
        return page(award_id, judge_form=form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        return page(award_id, judge_form=form), 422
    return redirect(f"{LIST}/{award_id}?done=judged", code=303)


@review.post("/review/rewards/<uuid:award_id>/ask")
def ask_name(award_id: UUID) -> ResponseReturnValue:
    """Ask the reporter for a name: nothing else is wanting."""
    form, officer = AskForm(), desk()
    if not form.validate():
        return page(award_id, ask_form=form), 422
    with reading() as session:
        made = naming.prepare(session, house(), officer.actor, officer.ring, award_id, form.words.data, now=now())
    with transaction() as session:
        naming.ask(session, house(), officer.actor, award_id, made)
    return redirect(f"{LIST}/{award_id}?done=name-asked", code=303)


@review.post("/review/rewards/<uuid:award_id>/return")
def return_reward(award_id: UUID) -> ResponseReturnValue:
    """Back to those who proposed it: a fact is in doubt."""
    form = ReturnForm()
    if not form.validate():
        return page(award_id, return_form=form), 422
    with transaction() as session:
        award_returning.send_back(session, house(), desk().actor, desk().ring, award_id, form.said, now=now())
    return redirect(back(done="returned"), code=303)


def page(
    award_id: UUID,
    *,
    judge_form: JudgeForm | None = None,
    ask_form: AskForm | None = None,
    return_form: ReturnForm | None = None,
    prolong_form: ProlongForm | None = None,
    forfeit_form: ForfeitForm | None = None,
    revoke_form: RevokeForm | None = None,
    ruling_form: RulingForm | None = None,
    announce_form: AnnounceForm | None = None,
    stale: bool = False,
) -> str:
    """One award, with forms as they were left."""
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = award_sheets.show(session, house(), officer.actor, officer.ring, award_id, current().tag, now=now())
    return render_template(
        "review/reward.html",
        officer=officer.sheet,
        sheet=sheet,
        back=back(),
        stale=stale,
        kinds=house().policies.categories.kinds,
        judge_form=judge_form or JudgeForm(formdata=None),
        ask_form=ask_form or AskForm(formdata=None),
        return_form=return_form or ReturnForm(formdata=None),
        prolong_form=prolong_form or ProlongForm(formdata=None),
        forfeit_form=forfeit_form or ForfeitForm(formdata=None),
        revoke_form=revoke_form or RevokeForm(formdata=None),
        ruling_form=ruling_form or RulingForm(formdata=None),
        announce_form=announce_form or AnnounceForm(formdata=None),
        reasons=tuple(RevokeReason),
    )
