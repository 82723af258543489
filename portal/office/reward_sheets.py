"""A reward as its reporter sees it: the decision and how it was reckoned, what may be done until when, the payment."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards, clocks, payouts
from portal.domain.award_papers import Decision
from portal.domain.award_vocabulary import AwardState, PayoutEnd, PayoutState, PayoutStep, RevokeReason
from portal.domain.payee import MOST_LETTERS
from portal.domain.payee_names import COUNTER_ONLY, NameCheck
from portal.domain.rewards import Assessment
from portal.domain.rewards_terms import Provision
from portal.domain.vocabulary import ReceiptState
from portal.office import asked, assessing, award_service, claims, contesting, counters, letters, revocation_sheets
from portal.office.award_service import Service
from portal.office.counters import CounterSheet
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.reward_lines import RewardLine
from portal.store.awards import Award
from portal.store.officers import Desk
from portal.store.payouts import Payout
from portal.store.reports import Letter, Receipt


@dataclass(frozen=True, slots=True)
class RewardSheet:
    """The whole of it."""

    state: AwardState
    decided_at: datetime
    words: str
    fen: int | None
    shares: tuple[int, ...]
    found: Assessment
    edition: str
    office: str  # which decided
    payer: str  # whose counter it is, and what the bank says; the same, or one above
    named: bool  # it takes an identity document
    until: date | None  # to claim
    contest_until: date | None
    contested: bool  # the decision that stands
    payment: PayoutState | None
    ended: PayoutEnd | None  # why it ended unpaid
    paid_on: date | None
    coded: bool  # it is collected with a code, and not yet
    reference: str  # of the payment: in the bank's remark, and to be told at the counter; "" before it is claimed
    contest: str  # what they held against a refusal
    revoked: RevokeReason | None  # why it was taken back
    provision: Provision | None  # by which article
    service: Service
    provisional: bool  # the code is one that an officer made
    today: date
    check: NameCheck | None  # how the name stands that was given; None where the rules ask for none
    letters: int = MOST_LETTERS  # files that may come with a claim: none where no files are taken in

    @property
    def by_bank(self) -> bool:
        """Whether it may be paid by bank: at the counter alone where no name can be gone by."""
        return self.check not in COUNTER_ONLY

    counter: CounterSheet | None = None  # of the office that pays
    elsewhere: tuple[CounterSheet, ...] = ()  # of the others

    @property
    def claimable(self) -> bool:
        """Whether it can be claimed now, or anew after the bank sent it back or it ended unpaid."""
        open_ = payouts.claimable(self.payment, self.ended, late=self._late)
        return self._granted and open_ and not self.correctable

    @property
    def correctable(self) -> bool:
        """Whether a claim that waits can be corrected or taken back."""
        return self._granted and self.payment is PayoutState.CLAIMED

    @property
    def disposable(self) -> bool:
        """Whether it can be given up: nobody has claimed it, or the claim ended unpaid."""
        return self._granted and not payouts.standing(self.payment) and self.ended is not PayoutEnd.REVOKED

    @property
    def late(self) -> bool:
        """Whether the time to claim is over, and nothing was claimed."""
        return self.disposable and not self.claimable and self._late

    @property
    def contestable(self) -> bool:
        """Whether a refusal or a revocation may be contested now."""
        open_ = self.state in awards.CONTESTABLE and not self.contested
        return open_ and self.contest_until is not None and self.today <= self.contest_until

    @property
    def _granted(self) -> bool:
        return self.state is AwardState.APPROVED and self.fen is not None

    @property
    def _late(self) -> bool:
        return self.until is not None and self.until < self.today


def line(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> RewardLine | None:
    """Where it stands; None before there is a decision, or a question to the reporter."""
    award, said = _decided(session, house, reporter)
    if award is None:
        return None
    today = clocks.day_of(now)
    if award.letter_id is None:
        until = asked.last_day(session, house, award)
        return RewardLine(award.state, None, None, today, name_until=until) if until else None
    if said is None:
        return RewardLine(award.state, award.until, None, today, told=False)
    payment = _payment(session, house, said)
    return RewardLine(
        state=award.state,
        until=award.until,
        payment=payment.state if payment else None,
        today=today,
        ended=payment is not None and payment.ended is not None,
        claimable=payment is not None and payouts.claimable(payment.state, payment.ended, late=_over(award, today)),
        coded=_coded(payment),
        named=said.voucher.named if said.voucher else True,
        contest_until=award_service.contest_until(session, house, award),
        contested=contesting.contest_of(session, house, award) is not None,
    )


def sheet(session: Session, house: House, reporter: ReporterKey, language: str, *, now: datetime) -> RewardSheet | None:
    """The decision and what may be done about it. Raises LedgerError for one that does not open."""
    award, said = _decided(session, house, reporter)
    if award is None or said is None or award.decided_at is None:
        return None
    today, payment = clocks.day_of(now), _payment(session, house, said)
    reason = RevokeReason(said.revoked) if said.revoked else None
    contest_id = contesting.contest_of(session, house, award)
    directory, payer = house.directories.read(session, today=today), _payer(session, award, said)
    places = counters.standing(session, house, language, today)
    return RewardSheet(
        state=award.state,
        decided_at=session.get_one(Letter, award.letter_id).sent_at,
        words=said.words,
        fen=said.fen,
        shares=said.voucher.shares if said.voucher else (),
        found=assessing.assess(house, said.edition, said.facts),
        edition=said.edition,
        office=directory.name(award.authority_id, language),
        payer=directory.name(payer, language),
        named=said.voucher.named if said.voucher else True,
        until=award.until,
        contest_until=award_service.contest_until(session, house, award),
        contested=contest_id is not None,
        payment=payment.state if payment else None,
        ended=payment.ended if payment else None,
        paid_on=payment.paid_on if payment else None,
        coded=_coded(payment),
        reference=payouts.reference(payment.id) if payment else "",
        contest=_contest(session, house, reporter, contest_id),
        revoked=reason,
        provision=revocation_sheets.provision(house, award, reason) if reason else None,
        service=award_service.service_of(session, house, award),
        provisional=session.get_one(Receipt, reporter.receipt_id).state is not ReceiptState.ACTIVE,
        today=today,
        check=_check(session, house, reporter, award, said),
        counter=places.get(payer),
        elsewhere=tuple(one for office, one in places.items() if office != payer),
        letters=min(MOST_LETTERS, house.allowance.files),
    )


def _check(session: Session, house: House, reporter: ReporterKey, award: Award, said: Decision) -> NameCheck | None:
    if said.voucher is None or award.decided_at is None:
        return None
    standing = claims.weighed(session, house, reporter, said.voucher, award.decided_at)
    return standing.check if standing else None


def _decided(session: Session, house: House, reporter: ReporterKey) -> tuple[Award | None, Decision | None]:
    award = claims.newest(session, house, reporter.report_id)
    return award, claims.decision(session, house, reporter, award) if award else None


def _contest(session: Session, house: House, reporter: ReporterKey, letter_id: UUID | None) -> str:
    """What the reporter wrote, read back to them."""
    if letter_id is None:
        return ""
    letter = session.get_one(Letter, letter_id)
    return letters.read(house, reporter.open_sound(session, house, {letter.content_key_id}), letter).text


def _over(award: Award, today: date) -> bool:
    return award.until is not None and award.until < today


def _payer(session: Session, award: Award, said: Decision) -> UUID:
    return session.get_one(Desk, said.voucher.desk_id).authority_id if said.voucher else award.authority_id


def _payment(session: Session, house: House, said: Decision) -> Payout | None:
    return claims.payment(session, house, said.voucher) if said.voucher else None


def _coded(payment: Payout | None) -> bool:
    return payment is not None and payment.code is not None and payment.state in payouts.STEPS[PayoutStep.DRAW_CODE]
