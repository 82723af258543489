"""`/mailbox/claim`: whom to pay, sealed for the payout desk; with the letter of a delegate where another collects.

The name is compared first, and each wrong one entered, before anything is made of the files; what is not taken in the
end leaves nothing of them.
"""

from collections.abc import Sequence

from flask import redirect, request
from flask.typing import ResponseReturnValue

from portal.domain import payouts
from portal.domain.award_errors import ClaimError
from portal.domain.errors import (
    FlawedFileError,
    NotCopiedError,
    NotStoredError,
    StaleError,
    UncertifiedKeyError,
    UnfitFileError,
)
from portal.domain.payee import LETTER_BYTES, MOST_LETTERS, Payee, PayeeError
from portal.domain.payee_names import NameTriedError, OtherNameError
from portal.intake.blueprints import box
from portal.intake.claim_forms import ClaimForm, letter_flaw
from portal.intake.views.reward import PAGE, code_page, reward_page, reward_sheet
from portal.office import claim_letters, claim_names, claims
from portal.office.claim_letters import Pictures
from portal.office.claims import Sealed
from portal.office.reward_sheets import RewardSheet
from portal.web import sendings, uploads
from portal.web.i18n import gettext
from portal.web.limits import DECODING, limits
from portal.web.requests import house, mailbox, now, reading, transaction
from portal.web.uploads import Incoming

ROOM = 2 * MOST_LETTERS * LETTER_BYTES  # taken in, so that what was typed beside one that is too large is read too


@box.post("/mailbox/claim")
def claim_reward() -> ResponseReturnValue:
    """Seal whom to pay for the payout desk; the code for the counter is shown once, on the page that answers."""
    try:
        sheet = reward_sheet()
        files = _files(sheet.letters)
    except FlawedFileError as refusal:
        form = ClaimForm(formdata=None)
        form.say_lost(letter_flaw(refusal.flaw))
        _, status, headers = sendings.unseen(refusal)
        return reward_page(claim_form=form), status, headers
    form = ClaimForm()
    return _mistaken(form, sheet, files) or _claimed(form, sheet, files)


def _files(places: int) -> Sequence[Incoming]:
    """The files that came. Raises FlawedFileError where none was looked at."""
    if request.mimetype != "multipart/form-data":
        return ()
    return tuple(uploads.receive(house(), places=places, room=ROOM))


def _mistaken(form: ClaimForm, sheet: RewardSheet, files: Sequence[Incoming]) -> ResponseReturnValue | None:
    """The page again where something is wrong with what was typed, or with a file as it came."""
    sound = form.validate()
    sound = form.choose({one.code: one.line for one in sheet.elsewhere}) and sound
    flaw = next((one.flaw for one in files if one.flaw is not None), None)
    if sound and files and not form.delegate.data:
        form.say_whose()
    elif sound and flaw is None:
        return None
    if not sound:
        form.look_further(named=sheet.named, today=sheet.today, letters=len(files))
    return _again(form, files, flaw=letter_flaw(flaw) if flaw else "")


def _again(
    form: ClaimForm, files: Sequence[Incoming] = (), status: int = 422, *, flaw: str = ""
) -> ResponseReturnValue:
    """The page with what was typed; files have to be chosen once more."""
    if files:
        form.say_lost(flaw)
    return reward_page(claim_form=form), status


def _claimed(form: ClaimForm, sheet: RewardSheet, files: Sequence[Incoming]) -> ResponseReturnValue:
    payee, flaw = form.to_payee(), ""
    try:
        with transaction() as session:
            left = claim_names.attempt(session, house(), mailbox().reporter, payee, letters=len(files), now=now())
        if left is not None:
            form.say_other(left)
            return _again(form, files)
        sealed = _store(payee, _pictures(files))
    except PayeeError as refusal:
        form.say_flaws(refusal)
    except NameTriedError as refusal:
        form.say_tried(refusal)
    except OtherNameError as refusal:
        form.say_other(refusal.left)
    except (UnfitFileError, NotCopiedError) as refusal:
        flaw = letter_flaw(refusal.why)
    except FlawedFileError as refusal:
        flaw = letter_flaw(refusal.flaw)
    except ClaimError as refusal:
        form.say_why(refusal)
        return _again(form, files, 409)
    except (StaleError, NotStoredError, UncertifiedKeyError):
        form.method.errors = [gettext("没有保存。请过一会儿再点一次，填的内容都还在。")]
        return _again(form, files, 503)
    else:
        return _done(sheet, sealed, payee.tidied().place)
    return _again(form, files, flaw=flaw)


def _pictures(files: Sequence[Incoming]) -> Pictures:
    """What is made of the files, all of it or nothing."""
    made: Pictures = ()
    quota = limits().seconds("decoding", DECODING, limits().network()) if files else None
    try:
        for one in files:
            made += claim_letters.take(house(), one.sealing(), quota)
    except BaseException:
        claim_letters.discard(house(), made)
        raise
    return made


def _store(payee: Payee, pictures: Pictures) -> Sealed:
    """Seal and store it. Where the database failed its rows may be there all the same, so that files stay then."""
    reporter = mailbox().reporter
    try:
        with reading() as session:
            sealed = claims.seal(session, house(), reporter, payee, now=now(), pictures=pictures)
        with transaction() as session:
            claims.claim(session, house(), reporter, sealed, now=now())
    except NotStoredError:
        raise
    except BaseException:
        claim_letters.discard(house(), pictures)
        raise
    return sealed


def _done(sheet: RewardSheet, sealed: Sealed, elsewhere: str) -> ResponseReturnValue:
    if sealed.code is None:
        return redirect(f"{PAGE}?done=claimed", code=303)
    return code_page(sheet, payouts.reference(sealed.payout_id), sealed.code, elsewhere=elsewhere)
