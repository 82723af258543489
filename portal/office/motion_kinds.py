"""What each kind of motion does: what is made ready when it is proposed, and what comes of it when it is confirmed.

It knows the kinds and no signature of the motion itself; one row for each in `PROPOSE` and `CONFIRM`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

from portal.domain.contents import NewEdition, NewName, NewOffice
from portal.domain.errors import StaleError, StrangerError
from portal.domain.vocabulary import MotionKind
from portal.office import (
    adopting,
    awarding,
    bank_lists,
    blocking,
    concluding,
    counters,
    establishing,
    extending,
    paying,
    payout_endings,
    reexamining,
    revoking,
    seating,
    staffing,
)
from portal.office.acting import Act, Hand
from portal.office.proposals import Ready, Wanted
from portal.office.recording import Draft
from portal.store.motions import Motion
from portal.store.officers import Desk, Officer


def _subject(wanted: Wanted | Motion) -> UUID:
    if wanted.officer_id is None:
        raise TypeError("this motion is about an officer")
    return wanted.officer_id


def _desk(wanted: Wanted | Motion) -> UUID:
    if wanted.desk_id is None:
        raise TypeError("this motion is about a desk")
    return wanted.desk_id


def _propose_certify(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    return Ready(staffing.propose_certificate(act, hand, _subject(wanted)))


def _propose_seat(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    del hand
    desk = act.session.get(Desk, _desk(wanted))
    if desk is None or desk.authority_id != wanted.authority_id:
        raise StrangerError("no such desk")
    officer, _ = seating.require_seatable(act, _subject(wanted), desk.authority_id, desk.duty)
    seating.require_free(act, officer.id, desk.id)
    return Ready(officer_certificate_id=officer.certificate_id)


def _propose_open(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    if wanted.duty is None:
        raise TypeError("this motion is about a duty")
    return Ready(drawn=seating.draw_first(act, hand, wanted.duty))


def _propose_turn(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    return Ready(drawn=seating.draw_next(act, hand, _desk(wanted)))


def _propose_resume(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    del hand
    staffing.require_suspended(act, _subject(wanted))
    return Ready()


def _content(one: Wanted | Motion) -> bytes:
    if one.content is None:
        raise TypeError("this motion has a content")
    return one.content


def _propose_office(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    del hand
    establishing.require_room(act, wanted.authority_id, NewOffice.decode(_content(wanted)))
    return Ready()


def _propose_name(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    del hand
    establishing.require_next(act, wanted.authority_id, NewName.decode(_content(wanted)))
    return Ready()


def _propose_edition(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    del hand
    adopting.require_adoptable(act, wanted.authority_id, NewEdition.decode(_content(wanted)))
    return Ready()


def _confirm_certify(act: Act, hand: Hand, motion: Motion) -> Draft:
    return staffing.certify(act, hand.signing, motion)


def _confirm_seat(act: Act, hand: Hand, motion: Motion) -> Draft:
    officer = act.session.get_one(Officer, _subject(motion))
    if officer.certificate_id != motion.officer_certificate_id:
        raise StaleError("the officer has other keys since")
    return seating.give_seat(act, hand, officer.id, _desk(motion))


def _confirm_key(act: Act, hand: Hand, motion: Motion) -> Draft:
    return seating.open_key(act, hand.signing, motion)


def _confirm_resume(act: Act, hand: Hand, motion: Motion) -> Draft:
    del hand
    return staffing.resume(act, _subject(motion))


def _confirm_office(act: Act, hand: Hand, motion: Motion) -> Draft:
    del hand
    return establishing.found(act, motion.authority_id, NewOffice.decode(_content(motion)))


def _confirm_name(act: Act, hand: Hand, motion: Motion) -> Draft:
    del hand
    return establishing.rename(act, motion.authority_id, NewName.decode(_content(motion)))


def _confirm_edition(act: Act, hand: Hand, motion: Motion) -> Draft:
    del hand
    return adopting.adopt(act, motion.authority_id, NewEdition.decode(_content(motion)), motion.id)


PROPOSE: Mapping[MotionKind, Callable[[Act, Hand, Wanted], Ready]] = MappingProxyType(
    {
        MotionKind.CERTIFY: _propose_certify,
        MotionKind.SEAT: _propose_seat,
        MotionKind.OPEN: _propose_open,
        MotionKind.TURN: _propose_turn,
        MotionKind.RESUME: _propose_resume,
        MotionKind.FOUND: _propose_office,
        MotionKind.RENAME: _propose_name,
        MotionKind.ADOPT: _propose_edition,
        MotionKind.LOCATE: counters.propose,
        MotionKind.BLOCK: blocking.propose,
        MotionKind.CONCLUDE: concluding.propose,
        MotionKind.REVIEW: reexamining.propose,
        MotionKind.EXTEND: extending.propose,
        MotionKind.REWARD: awarding.propose,
        MotionKind.REVOKE: revoking.propose,
        MotionKind.PAY: paying.propose,
        MotionKind.CANCEL: payout_endings.propose,
        MotionKind.RECALL: bank_lists.propose,
    }
)
CONFIRM: Mapping[MotionKind, Callable[[Act, Hand, Motion], Draft]] = MappingProxyType(
    {
        MotionKind.CERTIFY: _confirm_certify,
        MotionKind.SEAT: _confirm_seat,
        MotionKind.OPEN: _confirm_key,
        MotionKind.TURN: _confirm_key,
        MotionKind.RESUME: _confirm_resume,
        MotionKind.FOUND: _confirm_office,
        MotionKind.RENAME: _confirm_name,
        MotionKind.ADOPT: _confirm_edition,
        MotionKind.LOCATE: counters.confirm,
        MotionKind.BLOCK: blocking.confirm,
        MotionKind.CONCLUDE: concluding.confirm,
        MotionKind.REVIEW: reexamining.confirm,
        MotionKind.EXTEND: extending.confirm,
        MotionKind.REWARD: awarding.confirm,
        MotionKind.REVOKE: revoking.confirm,
        MotionKind.PAY: paying.confirm,
        MotionKind.CANCEL: payout_endings.confirm,
        MotionKind.RECALL: bank_lists.confirm,
    }
)
