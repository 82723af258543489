"""Who belongs to the staff: invitations and new codes, certified keys, leaving, suspension, sessions.

It knows officers, their codes and their own keys. What narrows somebody's reach is one administrator's to do, at once;
what widens it waits for a second person.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select

from crypto import certificates
from crypto.certificates import Certificate as Claim
from crypto.enrolment import EnrolmentCode
from crypto.keys import SigningKey
from crypto.primitives import sha256
from portal.domain import countersign
from portal.domain.audit import written
from portal.domain.errors import NotAllowedError, OwnMotionError, StrangerError, TakenNameError, UncertifiedOfficerError
from portal.domain.vocabulary import Duty, MotionState, OfficerState
from portal.office import assigning, certifying, founding, passkeys, seating
from portal.office.acting import Act, Hand
from portal.office.certifying import officer_subject
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.authorities import Certificate
from portal.store.motions import Motion
from portal.store.officers import Desk, DeskEpoch, Enrolment, Officer, OfficerSession, Seat
from portal.store.session import lock

CODE_LIFE = timedelta(hours=72)


def administered(act: Act, officer_id: UUID) -> Officer:
    """An officer whom the actor administers, as they were recorded last.

    Raises StrangerError for those of other authorities, OwnMotionError for the actor.
    """
    officer = act.session.get(Officer, officer_id, with_for_update=lock(act.session))
    if officer is None or not countersign.administers(act.tree(), act.actor, officer.authority_id):
        raise StrangerError("no such officer")
    if officer.id == act.actor.officer_id:
        raise OwnMotionError("nobody does this to themselves")
    act.house.newest.require(act.session, officer)
    return officer


def invite(act: Act, authority_id: UUID, username: str) -> EnrolmentCode:
    """A new officer, who draws their own keys when they enrol. Raises NotAllowedError, TakenNameError."""
    act = act.entered()
    if authority_id not in act.tree().nodes or not countersign.administers(act.tree(), act.actor, authority_id):
        raise NotAllowedError("not an authority of yours")
    return add(act, authority_id, username)


def add(act: Act, authority_id: UUID, username: str) -> EnrolmentCode:
    """A new officer, whoever may ask for one. Raises TakenNameError."""
    if act.session.scalars(select(Officer.id).where(Officer.username == username)).first() is not None:
        raise TakenNameError(username)
    officer = Officer(
        id=uuid4(),
        username=username,
        authority_id=authority_id,
        state=OfficerState.ENROLLING,
        locked_keys=None,
        public_key=None,
        verify_key=None,
        certificate_id=None,
    )
    return _give_code(act, officer, "invited")


def renew(act: Act, officer_id: UUID) -> EnrolmentCode:
    """A new code for somebody whose code or password is lost: new keys, no passkeys, and the seats are given anew."""
    act = act.entered(officer_id)
    return begin_anew(act, administered(act, officer_id))


def begin_anew(act: Act, officer: Officer) -> EnrolmentCode:
    """The same, whoever may ask for it. Raises NotAllowedError for those who have left."""
    if officer.state is OfficerState.LEFT:
        raise NotAllowedError("whoever has left is invited under another name")
    if officer.state is OfficerState.SUSPENDED:
        raise UncertifiedOfficerError("to let somebody in again takes two people, with a new code too")
    drafts = [*_unseat(act, officer), *_end_sessions(act, officer), *_end_codes(act, officer)]
    drafts += [*motion_ends(act, officer.id), *_off_cases(act, officer), *passkeys.end_all(act, officer)]
    officer.state, officer.locked_keys = OfficerState.ENROLLING, None
    officer.public_key = officer.verify_key = officer.certificate_id = None
    if drafts:
        record(act.session, act.house.entry_key, *drafts)
    return _give_code(act, officer, "code_given")


def _end_codes(act: Act, officer: Officer) -> list[Draft]:
    """No code but the newest opens anything."""
    drafts = []
    for row in act.session.scalars(select(Enrolment).where(Enrolment.officer_id == officer.id)):
        if row.used_at is None:
            row.locked_keys, row.used_at = None, act.now
            drafts.append(_about(act, "enrolment_lapsed", officer))
            drafts[-1].names(row)
    return drafts


def _off_cases(act: Act, officer: Officer) -> list[Draft]:
    """Nobody works on a case who does not sit where cases are investigated."""
    return assigning.end_all(act.session, act.house, officer.id, act.party(Duty.ADMINISTER), now=act.now)


def motion_ends(act: Act, officer_id: UUID) -> list[Draft]:
    """What waits for a second person and is about somebody who left, or has other keys now, waits for nothing."""
    about = select(Motion).where(Motion.officer_id == officer_id, Motion.state == MotionState.PROPOSED)
    drafts = []
    for motion in act.session.scalars(about):
        act.house.newest.require(act.session, motion)
        motion.state, motion.decided_at = MotionState.LAPSED, act.now
        facts = {"kind": str(motion.kind)}
        draft = act.administering("motion_lapsed", ("motions", motion.id), motion.authority_id, **facts)
        if motion.desk_epoch_id is not None:
            seating.drop_key(act.session, act.house, motion, draft)
        draft.names(motion)
        drafts.append(draft)
    return drafts


def _give_code(act: Act, officer: Officer, event: str) -> EnrolmentCode:
    code, expires_at = EnrolmentCode.draw(), act.now + CODE_LIFE
    enrolment = Enrolment(
        id=uuid4(),
        officer_id=officer.id,
        lookup=code.lookup(act.house.installation),
        locked_keys=None,
        expires_at=expires_at,
        used_at=None,
    )
    draft = _about(act, event, officer, expires=written(expires_at))
    draft.names(officer)
    act.session.add(officer)
    act.session.flush()  # what refers to the officer comes after
    draft.names(enrolment)
    act.session.add(enrolment)
    founding.touch(act.session)
    record(act.session, act.house.entry_key, draft)
    return code


def suspend(act: Act, officer_id: UUID) -> None:
    """Shut an officer out, at once: every session ends.

    Seats, codes and passkeys stay for when they are let in again; until then none of them opens anything, and nothing
    is sealed to a desk for them.
    """
    act = act.entered(officer_id)
    officer = administered(act, officer_id)
    if officer.state is not OfficerState.ACTIVE:
        raise UncertifiedOfficerError("the officer is not at work")
    officer.state = OfficerState.SUSPENDED
    _store(act, officer, "officer_suspended", _end_sessions(act, officer))


def leave(act: Act, officer_id: UUID) -> None:
    """An officer leaves the service: sessions, seats, codes, passkeys and their own keys go."""
    act = act.entered(officer_id)
    officer = administered(act, officer_id)
    drafts = [*_end_sessions(act, officer), *_unseat(act, officer), *_end_codes(act, officer)]
    drafts += [*motion_ends(act, officer.id), *_off_cases(act, officer), *passkeys.end_all(act, officer)]
    officer.state, officer.locked_keys = OfficerState.LEFT, None
    _store(act, officer, "officer_left", drafts)


def unseat(act: Act, officer_id: UUID, desk_id: UUID) -> None:
    """An officer leaves one desk. Whoever remains there draws the next key."""
    act = act.entered(officer_id)
    officer = administered(act, officer_id)
    drafts = _unseat(act, officer, desk_id)
    if not drafts:
        raise StrangerError("the officer does not sit there")
    if act.session.get_one(Desk, desk_id).duty is Duty.INVESTIGATE:
        drafts += _off_cases(act, officer)
    founding.touch(act.session)
    record(act.session, act.house.entry_key, *drafts)


def end_sessions(act: Act, officer_id: UUID) -> None:
    """End every session of an officer, who may sign in again."""
    act = act.entered(officer_id)
    drafts = _end_sessions(act, administered(act, officer_id))
    if drafts:
        record(act.session, act.house.entry_key, *drafts)


def _store(act: Act, officer: Officer, event: str, drafts: Iterable[Draft]) -> None:
    draft = _about(act, event, officer)
    draft.names(officer)
    founding.touch(act.session)
    record(act.session, act.house.entry_key, *drafts, draft)


def _about(act: Act, event: str, officer: Officer, **facts: object) -> Draft:
    return act.administering(event, ("officers", officer.id), officer.authority_id, **facts)


def _end_sessions(act: Act, officer: Officer) -> list[Draft]:
    mine = OfficerSession.officer_id == officer.id
    count = act.session.execute(select(func.count()).select_from(OfficerSession).where(mine)).scalar_one()
    act.session.execute(delete(OfficerSession).where(mine))
    return [_about(act, "sessions_ended", officer, count=count)] if count else []


def _unseat(act: Act, officer: Officer, desk_id: UUID | None = None) -> list[Draft]:
    """End the seats at one desk, or at all; at a key that is proposed nobody sits yet."""
    held = (
        select(Seat, DeskEpoch, Desk)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .join(Desk, Desk.id == DeskEpoch.desk_id)
        .where(Seat.officer_id == officer.id, Seat.left_at.is_(None), DeskEpoch.current)
        .order_by(Seat.id)
    )
    drafts = []
    for seat, epoch, desk in act.session.execute(held.where(Desk.id == desk_id) if desk_id else held):
        act.house.newest.require(act.session, seat)
        seat.left_at = act.now
        said = seating.said_of(seat, desk, epoch)
        draft = act.administering("unseated", ("seats", seat.id), desk.authority_id, **said)
        draft.names(seat)
        drafts.append(draft)
    return drafts


def claim_for(house: House, officer: Officer, *, issued_at: datetime) -> Claim:
    """What a certificate of an officer's own keys says. Raises UncertifiedOfficerError while there are none."""
    if officer.public_key is None or officer.verify_key is None:
        raise UncertifiedOfficerError("the officer has no keys yet")
    return Claim(
        certifying.OFFICER,
        house.installation,
        officer_subject(officer.id),
        officer.public_key,
        officer.verify_key,
        int(issued_at.timestamp()),
    )


def propose_certificate(act: Act, hand: Hand, officer_id: UUID) -> bytes:
    """The certificate of an officer's own keys, with the proposer's signature. Raises UncertifiedOfficerError."""
    officer = uncertified(act, officer_id)
    return certificates.issue(claim_for(act.house, officer, issued_at=act.now), hand.signing)


def certify(act: Act, signing: SigningKey, motion: Motion) -> Draft:
    """Two administrators vouch for an officer's keys."""
    if motion.officer_id is None or motion.certificate is None:
        raise TypeError("this motion certifies nobody")
    officer = uncertified(act, motion.officer_id)
    claim = certificates.read(motion.certificate)
    if (claim.encryption_key, claim.signing_key) != (officer.public_key, officer.verify_key):
        raise UncertifiedOfficerError("the officer has other keys since")
    return vouch(act, officer, certificates.cosign(motion.certificate, signing))


def vouch(act: Act, officer: Officer, body: bytes) -> Draft:
    """Store a certificate of an officer's keys."""
    claim = certificates.read(body)
    row = Certificate(id=uuid4(), digest=sha256(body), kind=claim.kind, subject=claim.subject, body=body)
    draft = _about(act, "officer_certified", officer, fingerprint=claim.fingerprint())
    draft.names(row)
    act.session.add(row)
    act.session.flush()  # what refers to it comes after
    officer.certificate_id = row.id
    draft.names(officer)
    return draft


def resume(act: Act, officer_id: UUID) -> Draft:
    """A suspended officer may sign in again."""
    officer = require_suspended(act, officer_id)
    officer.state = OfficerState.ACTIVE
    founding.touch(act.session)
    draft = _about(act, "officer_resumed", officer)
    draft.names(officer)
    return draft


def require_suspended(act: Act, officer_id: UUID) -> Officer:
    """The officer, who is suspended. Raises UncertifiedOfficerError."""
    officer = _recorded(act, officer_id)
    if officer.state is not OfficerState.SUSPENDED:
        raise UncertifiedOfficerError("the officer is not suspended")
    return officer


def uncertified(act: Act, officer_id: UUID) -> Officer:
    """An officer whose keys nobody vouches for yet. Raises UncertifiedOfficerError."""
    officer = _recorded(act, officer_id)
    if officer.state is not OfficerState.ACTIVE or officer.certificate_id is not None:
        raise UncertifiedOfficerError("there is nothing to certify")
    return officer


def _recorded(act: Act, officer_id: UUID) -> Officer:
    officer = act.session.get_one(Officer, officer_id, with_for_update=lock(act.session))
    act.house.newest.require(act.session, officer)
    return officer
