"""Claiming (领取): the reporter says whom to pay; it goes to the payout desk under the reference of their decision.

Nothing on the award's side changes by it, and the payment names no award: who has the database cannot join the two.
Whether it was claimed is told to whoever reads the reference: the reporter, and the award desk.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import envelope, primitives
from crypto.errors import CryptoError
from portal.domain import awards, clocks
from portal.domain.audit import REPORTER, hour_of
from portal.domain.award_errors import ClaimError
from portal.domain.award_papers import Decision, Voucher
from portal.domain.award_vocabulary import AwardState, PayMethod, PayoutState, PayoutStep
from portal.domain.errors import LedgerError
from portal.domain.payee import Claimed, Payee, PayeeError
from portal.domain.payee_names import COUNTER_ONLY, NameCheck, OtherNameError
from portal.domain.payouts import advance, require_claimable
from portal.domain.vocabulary import ReceiptState
from portal.office import claim_letters, letters, name_marks, retelling, vouching, writing
from portal.office.batch import Batch
from portal.office.claim_letters import Pictures
from portal.office.house import House
from portal.office.keyring import Reader, ReporterKey
from portal.office.name_marks import Weighed
from portal.office.recording import Draft, record
from portal.store.awards import Award
from portal.store.base import Recorded
from portal.store.driving import Question, first
from portal.store.officers import Desk
from portal.store.payouts import Payout
from portal.store.reports import Letter, Receipt, Report
from portal.store.session import lock

CLAIMED, CORRECTED, CODE_DRAWN = "payout_claimed", "payout_corrected", "payout_code_drawn"
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS: Final = 12  # of a code for the counter: 60 bits, so that nobody tries them all from a copy of the database


@dataclass(frozen=True, slots=True)
class Sealed:
    """A claim that is sealed, and the code for the counter, which is shown once."""

    payout_id: UUID
    first: bool  # nobody had claimed it before
    generation: int  # of the desks it was sealed for
    code: str | None = field(repr=False)
    draft: Draft
    values: dict[str, object] = field(repr=False)
    letters: Pictures = ()


class Order(NamedTuple):
    """What may be claimed: the order to pay, the payment that is corrected or claimed anew, and when it was granted."""

    voucher: Voucher
    before: Payout | None
    granted_at: datetime


_NEWEST = (
    select(Award)
    .where(Award.report_id == bindparam("report"))
    .order_by(Award.state.in_(awards.OPEN).desc(), Award.letter_id.is_not(None).desc(), Award.made_at.desc(), Award.id)
    .limit(1)
)


def newest(session: Session, house: House, report_id: UUID) -> Award | None:
    """The newest award of a report, as it was recorded: one that stands, whatever clocks said. Raises LedgerError.

    One that was sent back before its reporter was told of it hides no decision that they may contest.
    """
    row = first(session, _NEWEST, report=report_id)
    if row is not None:
        require_recorded(session, house, row)
    return row


def looks(report_id: UUID) -> Question:
    """What `newest` asks."""
    return _NEWEST, {"report": report_id}


def require_recorded(session: Session, house: House, *rows: Recorded) -> None:
    """Raise LedgerError unless rows are as they were recorded last; a public host of its own asks their entries."""
    if house.newest.able:
        house.newest.require(session, *rows)
    else:
        vouching.require_recorded(session, house.entry_keys, *rows)


def decision(session: Session, house: House, reader: Reader, award: Award) -> Decision | None:
    """What was decided, for the reporter or the award desk; None before, and for a code that was not told yet.

    Raises LedgerError when it does not open.
    """
    return None if award.letter_id is None else read(session, house, reader, award, award.letter_id)


def read(session: Session, house: House, reader: Reader, award: Award, letter_id: UUID) -> Decision | None:
    """One letter of the award desk about an award, the newest or one before it. Raises what `decision` raises."""
    letter = session.get_one(Letter, letter_id)
    vouching.require_recorded(session, house.entry_keys, letter)  # who holds its key could write another sum
    content = reader.open_sound(session, house, {letter.content_key_id}).get(letter.content_key_id)
    if (
        content is None
        and isinstance(reader, ReporterKey)
        and not retelling.is_told(session, letter, reader.receipt_id)
    ):
        return None
    try:
        if content is None or letter.report_id != award.report_id:
            raise LedgerError("the decision of an award does not open")
        return Decision.of(letters.unseal(house, content, letter))
    except CryptoError as error:
        raise LedgerError("the decision of an award does not open") from error


def payment(session: Session, house: House, voucher: Voucher, *, held: bool = False) -> Payout | None:
    """The payment of an order, where it was claimed. Raises LedgerError for a row that is not as recorded."""
    row = session.get(Payout, voucher.reference, with_for_update=held and lock(session))
    if row is not None:
        require_recorded(session, house, row)
    return row


def weighed(session: Session, house: House, reporter: ReporterKey, voucher: Voucher, at: datetime) -> Weighed | None:
    """How the reporter's name stands beside a grant of then; None where the rules ask for no name."""
    if not voucher.named:
        return None
    report = session.get_one(Report, reporter.report_id)
    require_recorded(session, house, report)
    return name_marks.weigh(house, reporter, report.name_mark, at)


def require_method(standing: Weighed | None, payee: Payee) -> None:
    """Raise PayeeError where it is paid at the counter alone, for the name is none to go by."""
    if standing is not None and standing.check in COUNTER_ONLY and payee.method is PayMethod.TRANSFER:
        raise PayeeError({"method": str(standing.check)})


def _check(house: House, reporter: ReporterKey, standing: Weighed | None, payee: Payee) -> NameCheck | None:
    """What comparing the names gives. Raises PayeeError, OtherNameError."""
    require_method(standing, payee)
    if standing is None:
        return None
    if standing.comparable and not standing.fits(house, reporter.report_id, payee.reporter):
        raise OtherNameError(0)
    return standing.check


def seal(
    session: Session, house: House, reporter: ReporterKey, payee: Payee, *, now: datetime, pictures: Pictures = ()
) -> Sealed:
    """Seal a claim, or a correction of one that is not released; names were compared before (`claim_names`).

    Raises ClaimError, PayeeError, OtherNameError, LedgerError.
    """
    today, generation = clocks.day_of(now), writing.current_generation(session)
    voucher, before, granted_at = order(session, house, reporter, today)
    payee = payee.tidied()
    payee.require_sound(named=voucher.named, today=today, letters=len(pictures))
    check = _check(house, reporter, weighed(session, house, reporter, voucher, granted_at), payee)
    said = Claimed(payee, voucher, check, claim_letters.keys(pictures))
    draft = Draft(CORRECTED if before else CLAIMED, hour_of(now), REPORTER, ("payouts", voucher.reference))
    draft.authority_id = session.get_one(Desk, voucher.desk_id).authority_id
    code = new_code() if payee.method is PayMethod.COUNTER else None
    values: dict[str, object] = {
        "desk_id": voucher.desk_id,
        "state": PayoutState.CLAIMED,
        **closed(session, house, said),
        "code": digest(voucher.reference, code) if code else None,
        "tries": 0,
        "tried_at": None,
        "claimed_on": today,
        "motion_id": None,
        **dict.fromkeys(("paid_on", "wiped_on", "ended", "ended_on")),
    }
    return Sealed(voucher.reference, before is None, generation, code, draft, values, pictures)


def closed(session: Session, house: House, said: Claimed) -> dict[str, object]:
    """The columns in which a claim lies, sealed to the payout desk as it sits now."""
    reference, desk_id = said.voucher.reference.bytes, said.voucher.desk_id
    key, desk = envelope.new_key(), house.directories.keys(session, (desk_id,))[desk_id]
    epoch = desk.epoch_id.bytes
    return {
        "desk_epoch_id": desk.epoch_id,
        "wrapped": envelope.wrap(key, desk.key, house.binding("payouts", reference, "wrapped", epoch)),
        "body": envelope.seal(key, said.as_bytes(), house.binding("payouts", reference, "body", epoch)),
    }


def claim(session: Session, house: House, reporter: ReporterKey, sealed: Sealed, *, now: datetime) -> None:
    """Store it. Of two at once one is first: the other is told that it was claimed (ClaimError).

    Raises StaleError when the payout desk changed since it was sealed: it is sealed again.
    """
    writing.require_current(session, sealed.generation)
    voucher, before, _ = order(session, house, reporter, clocks.day_of(now), held=True)
    if voucher.reference != sealed.payout_id:
        raise ClaimError("other")
    if sealed.first is not (before is None):
        raise ClaimError("again" if sealed.first else "other")
    batch = Batch()
    if before is None:
        batch.add(sealed.draft, Payout, sealed.payout_id, **sealed.values)
    else:
        advance(before.state, PayoutStep.CORRECT)
        for name, value in sealed.values.items():
            setattr(before, name, value)
        sealed.draft.names(before)
        claim_letters.drop(session, sealed.draft, before.id)
    claim_letters.add(batch, sealed.draft, sealed.payout_id, sealed.letters)
    batch.insert(session)
    record(session, house.entry_key, sealed.draft)


def draw_code(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> str:
    """Another code for the counter: the one before dies, and with it what was tried. Raises ClaimError."""
    row = claimed(session, house, reporter)
    if row.code is None:
        raise ClaimError("none")
    session.refresh(row, with_for_update=lock(session))
    require_recorded(session, house, row)
    advance(row.state, PayoutStep.DRAW_CODE)
    code = new_code()
    row.code, row.tries, row.tried_at = digest(row.id, code), 0, None
    draft = Draft(CODE_DRAWN, hour_of(now), REPORTER, ("payouts", row.id))
    draft.authority_id = session.get_one(Desk, row.desk_id).authority_id
    draft.names(row)
    record(session, house.entry_key, draft)
    return code


def claimed(session: Session, house: House, reporter: ReporterKey) -> Payout:
    """The payment that this reporter claimed. Raises ClaimError where there is none."""
    award = newest(session, house, reporter.report_id)
    said = decision(session, house, reporter, award) if award is not None else None
    row = payment(session, house, said.voucher) if said is not None and said.voucher is not None else None
    if row is None:
        raise ClaimError("none")
    return row


def order(session: Session, house: House, reporter: ReporterKey, today: date, *, held: bool = False) -> Order:
    """The order to pay that this reporter may claim now.

    Held, so that the award is not forfeited meanwhile. Raises ClaimError: there is none, it is too late, it was
    released or revoked, or the code is an officer's (a provisional one only follows).
    """
    report = session.get_one(Report, reporter.report_id)
    if session.get_one(Receipt, reporter.receipt_id).state is not ReceiptState.ACTIVE:
        raise ClaimError("provisional")
    award = newest(session, house, report.id)
    if held and award is not None:
        session.refresh(award, with_for_update=lock(session))
        require_recorded(session, house, award)
    if award is None or award.state is not AwardState.APPROVED or award.decided_at is None:
        raise ClaimError("none")
    said = decision(session, house, reporter, award)
    if said is None or said.voucher is None:
        raise ClaimError("none")
    before = payment(session, house, said.voucher, held=held)
    late = award.until is not None and award.until < today
    require_claimable(before.state if before else None, before.ended if before else None, late=late)
    return Order(said.voucher, before, award.decided_at)


def new_code() -> str:
    """A code for the counter, in groups of four."""
    said = "".join(LETTERS[byte % 32] for byte in primitives.random_bytes(SYMBOLS))
    return "-".join(said[at : at + 4] for at in range(0, SYMBOLS, 4))


def digest(payout_id: UUID, code: str) -> bytes:
    """What is kept of a code; as the code was drawn at random, nothing is stretched."""
    plain = "".join(one for one in code.upper().replace("O", "0").replace("I", "1").replace("L", "1") if one in LETTERS)
    return primitives.derive(plain.encode(), "claim-code", payout_id.bytes)
