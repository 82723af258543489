"""Asking to learn something of a reporter's identity (申请知悉): for a reason of the list, named fields, some hours."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import access, clocks, disclosure, withholding
from portal.domain.access import Actor
from portal.domain.errors import (
    AskedAlreadyError,
    FieldsError,
    ReasonError,
    StaleError,
    TermsError,
    UnansweredError,
    UnaskedError,
    UnmatchedError,
)
from portal.domain.values import Plea, Terms
from portal.domain.vocabulary import (
    Action,
    DisclosureState,
    FieldState,
    Holder,
    IdentityField,
    LetterKind,
    Sender,
)
from portal.office import gate, history, interests, letters, pleading, vouching, writing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.writing import Prepared
from portal.policy.reason_lists import DisclosureReason
from portal.store.disclosures import DisclosedField, Disclosure
from portal.store.identity import IdentityField as FieldRow
from portal.store.outbox import Outbox
from portal.store.session import lock

REQUESTED = "identity_requested"
REISSUE = "REISSUE_CODE"  # the reason to compare what somebody says who has lost the code
AGAIN_AFTER = timedelta(hours=72)  # what did not match is not tried again sooner: a name is not to be guessed
MAIL = "disclosure"  # which fixed sentence goes to the desk whose turn it is


def reasons(house: House, *, withdrawn: bool) -> dict[str, DisclosureReason]:
    """The reasons that may be given now; where yes or no is enough there is a procedure in which nobody reads."""
    return {
        code: reason
        for code, reason in house.policies.reasons.disclosure.items()
        if not reason.own_procedure and (reason.after_withdrawal or not withdrawn)
    }


def reissuable(house: House, given: Collection[IdentityField], *, withdrawn: bool) -> bool:
    """Whether a lost code can be replaced: there is what can be compared, and the reporter has not withdrawn."""
    reason = house.policies.reasons.disclosure[REISSUE]
    return set(reason.fields) <= set(given) and (reason.after_withdrawal or not withdrawn)


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, plea: Plea, *, now: datetime
) -> Prepared:
    """Seal a request. Raises StaleError, ReasonError, FieldsError, TermsError, UnaskedError and UnansweredError."""
    admitted = gate.admit(session, house, actor, Action.REQUEST, case_id)
    history.require_seen(session, admitted.report.id, case_id, plea.seen)
    interests.require_clear(session, house, case_id, actor.officer_id)
    _require_genuine(session, house, admitted)
    reason = _reason(session, house, admitted, plea, now)
    given = _given(session, house, admitted.report.id)
    reach = reason.reach(given)
    disclosure.require_fitting(plea.fields, plea.hours, reach=reach, most=reason.max_hours, given=given)
    edition = house.policies.reasons.heading.edition
    facts = {"fields": sorted(plea.fields), "edition": edition, "hours": plea.hours, **_withheld(plea)}
    facts |= {"report": str(admitted.report.id), "case": str(case_id)}
    batch = Batch()
    request_id = batch.new_id()
    draft = Draft(
        REQUESTED,
        now,
        admitted.party,
        ("disclosures", request_id),
        facts=facts,
        reason=reason.code,
        authority_id=admitted.case.authority_id,
    )
    row = _row(session, house, admitted, ring, reason, plea, request_id, now=now)
    batch.add(draft, Disclosure, request_id, **row, edition=edition)
    claimed = pleading.Claimed(house, house.directories.keys(session, {admitted.report.custody_desk_id}), plea.claims)
    for field in plea.fields:
        pleading.add_field(batch, draft, request_id, field, given[field], claimed)
    if reason.by_consent:
        _ask_reporter(session, house, admitted, ring, batch, draft, plea, request_id, now=now)
    return Prepared(writing.current_generation(session), batch, (draft,))


def _row(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    reason: DisclosureReason,
    plea: Plea,
    request_id: UUID,
    *,
    now: datetime,
) -> dict[str, object]:
    report = admitted.report
    held = access.holders(writing.desks_of(session, house, report))
    keys = house.directories.keys(session, held.values())
    return {
        **_place(admitted, held),
        "reason": reason.code,
        "hours": plea.hours,
        "urgent": reason.urgent,
        "state": DisclosureState.ASKED,
        "asked_at": now,
        "expires_at": disclosure.lapses_at(now, by_consent=reason.by_consent),
        "lifter_id": None,
        "releaser_id": None,
        "withheld_days": plea.terms.withhold,
        "consent_by": now + disclosure.CONSENT_WITHIN if reason.by_consent else None,
        "version": 1,
        **pleading.sealed_words(
            house,
            request_id,
            pleading.words(plea),
            ring.own.public,
            keys[held[Holder.LEAD]],
            keys[held[Holder.CUSTODY]],
        ),
    }


def _withheld(plea: Plea) -> dict[str, object]:
    """The fact by which a request is withheld from its reporter; none where they are told at once."""
    return {} if plea.terms.withhold is None else {"withheld": plea.terms.withhold}


def _ask_reporter(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    batch: Batch,
    draft: Draft,
    plea: Plea,
    request_id: UUID,
    *,
    now: datetime,
) -> None:
    """The words by which the reporter is asked to agree: a letter of the office beside the request."""
    position = letters.next_position(session, admitted.report.id)
    content = writing.content_for_writing(session, house, batch, draft, admitted.report, ring)
    draft.facts = {**draft.facts, "position": position}
    letters.add(
        house,
        batch,
        draft,
        content,
        report_id=admitted.report.id,
        kind=LetterKind.STATEMENT,
        sender=Sender.OFFICE,
        position=position,
        sent_at=now,
        body=letters.Text(plea.terms.question).as_bytes(),
        disclosure_id=request_id,
    )


def ask(
    session: Session, house: House, actor: Actor, case_id: UUID, plea: Plea, prepared: Prepared, *, now: datetime
) -> UUID:
    """Store a sealed request and tell whose turn it is; the gate is asked again, inside the transaction.

    Where the reporter must agree, the lead desk is told when they have.
    """
    admitted = gate.admit(session, house, actor, Action.REQUEST, case_id)
    history.require_seen(session, admitted.report.id, case_id, plea.seen)
    session.refresh(admitted.report, with_for_update=lock(session))  # what is asked for is not taken back meanwhile
    _require_genuine(session, house, admitted)
    given = set(_given(session, house, admitted.report.id).values())
    if not {row["identity_field_id"] for row in prepared.batch.rows(DisclosedField)} <= given:
        raise StaleError("the reporter has taken it back")
    held = access.holders(writing.desks_of(session, house, admitted.report))
    (sealed,) = prepared.batch.rows(Disclosure)
    if (sealed["lead_desk_id"], sealed["custody_desk_id"]) != (held[Holder.LEAD], held[Holder.CUSTODY]):
        raise StaleError("its halves lie elsewhere since")
    if sealed["consent_by"] is None:
        session.add(Outbox(kind=MAIL, desk_id=held[Holder.LEAD], created_at=now, sent_at=None))
    writing.store(session, house, prepared)
    (row,) = prepared.batch.rows(Disclosure)
    request_id: UUID = row["id"]
    return request_id


def _reason(session: Session, house: House, admitted: Admitted, plea: Plea, now: datetime) -> DisclosureReason:
    if plea.claims:
        if not reissuable(house, plea.fields, withdrawn=admitted.facts.withdrawn):
            raise FieldsError("there is nothing to compare")
        _require_matched_before(session, admitted.report.id, now)
        return house.policies.reasons.disclosure[REISSUE]
    reason = reasons(house, withdrawn=admitted.facts.withdrawn).get(plea.reason)
    if reason is None:
        raise ReasonError("no such reason")
    _require_terms(reason, plea.terms)
    if reason.unanswered_days is not None:
        _require_unanswered(session, house, admitted.report.id, reason.unanswered_days, now)
    return reason


def _require_terms(reason: DisclosureReason, terms: Terms) -> None:
    """Raise TermsError unless there is what the reason takes, and nothing that it does not."""
    withholding.require_fitting(terms.withhold, deferrable=reason.deferrable)
    for name, said, taken in (
        ("document", terms.document, reason.document),
        ("question", terms.question, reason.by_consent),
    ):
        if taken and not said:
            raise TermsError(f"{name}_missing")
        if said and not taken:
            raise TermsError(f"{name}_unasked")


def _require_matched_before(session: Session, report_id: UUID, now: datetime) -> None:
    """Raise UnmatchedError while the last comparison that failed is too young."""
    failed = (
        select(DisclosedField.id)
        .join(Disclosure, Disclosure.id == DisclosedField.disclosure_id)
        .where(Disclosure.report_id == report_id, Disclosure.asked_at > now - AGAIN_AFTER)
        .where(DisclosedField.state == FieldState.UNMATCHED)
    )
    if session.scalars(failed.limit(1)).first() is not None:
        raise UnmatchedError("it was compared and did not match")


def _require_unanswered(session: Session, house: House, report_id: UUID, days: int, now: datetime) -> None:
    """Raise UnaskedError unless a letter of the office came last, UnansweredError while it is too young."""
    asked = letters.asked_at(session, report_id)
    if asked is None:
        raise UnaskedError("the reporter has not been asked in the mailbox")
    last = clocks.working_days_after(asked.astimezone(clocks.SHANGHAI).date(), days, house.policies.holidays)
    if now.astimezone(clocks.SHANGHAI).date() <= last:
        raise UnansweredError(f"the reporter may answer until {last}")


def _require_genuine(session: Session, house: House, admitted: Admitted) -> None:
    """Case and report are as recorded, and this officer has no request about it that still stands.

    Raises LedgerError: whoever can write to the database could lend a case to another desk for a moment. Raises
    AskedAlreadyError: one at a time, or what waits for the lead drowns.
    """
    vouching.require_recorded(session, house.entry_keys, admitted.case)
    house.newest.require(session, admitted.report)
    standing = select(Disclosure.id).where(
        Disclosure.report_id == admitted.report.id,
        Disclosure.requester_id == admitted.actor.officer_id,
        Disclosure.state.in_(disclosure.OPEN),
    )
    if session.scalars(standing.limit(1)).first() is not None:
        raise AskedAlreadyError("there is one that still stands")


def _given(session: Session, house: House, report_id: UUID) -> Mapping[IdentityField, UUID]:
    rows = session.scalars(select(FieldRow).where(FieldRow.report_id == report_id)).all()
    house.newest.require(session, *rows)
    return {row.field: row.id for row in rows if row.field is not IdentityField.RELATION}


def _place(admitted: Admitted, held: Mapping[Holder, UUID]) -> dict[str, UUID]:
    """Whose report it is, and whose turn it will be."""
    return {
        "report_id": admitted.report.id,
        "case_id": admitted.case.id,
        "requester_id": admitted.actor.officer_id,
        "requester_desk_id": admitted.case.desk_id,
        "lead_desk_id": held[Holder.LEAD],
        "custody_desk_id": held[Holder.CUSTODY],
    }
