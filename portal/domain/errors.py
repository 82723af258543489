"""The refusals of the office, in its own words: one line each; web/errors turns them into HTTP in one table."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from portal.domain.evidence import Flaw, Kept, Snag, Unfit


class PortalError(Exception):
    """Whatever the portal refuses on purpose."""


class RefusalError(PortalError):
    """A rule refuses what was asked."""


class IllegalTransitionError(RefusalError):
    """The case is in a state from which this step does not lead on."""


class StrangerError(RefusalError):
    """Nothing of that kind exists for this actor (404)."""


class NotAllowedError(RefusalError):
    """The actor may see the case but not do this (403)."""


class TargetError(RefusalError):
    """The report is not handed to this office (422)."""


class StandingError(RefusalError):
    """A request to learn something of this identity still stands: first that, then another keeper (422)."""


class ReasonError(RefusalError):
    """A reason that is not on the list, or needs a second person (422)."""


class UnaskedError(RefusalError):
    """For this reason the reporter must be asked first (422)."""


class UnansweredError(RefusalError):
    """The reporter was asked and still has time to answer (422)."""


class TimeLimitError(RefusalError):
    """A time limit that is not extended, suspended or run on so; `flaw` says why, `basis` is its article (422)."""

    def __init__(self, flaw: str, rule: str, basis: str, most: int | None = None) -> None:
        super().__init__(f"{rule}: {flaw}")
        self.flaw, self.rule, self.basis, self.most = flaw, rule, basis, most


class WordsMissingError(RefusalError):
    """Whoever is turned away is told why in words, and there are none (422)."""


class MergeError(RefusalError):
    """Two cases that are not merged, or not split again; `snag` says why (422)."""

    def __init__(self, snag: str) -> None:
        super().__init__(f"not merged, or not split: {snag}")
        self.snag = snag


class ReferralError(RefusalError):
    """A matter that is not handed over so; `snag` says why (422)."""

    def __init__(self, snag: str) -> None:
        super().__init__(f"not handed over: {snag}")
        self.snag = snag


class DisputeError(RefusalError):
    """An objection to a transfer that cannot be raised, or decided, so; `snag` says why (422)."""

    def __init__(self, snag: str) -> None:
        super().__init__(f"no objection: {snag}")
        self.snag = snag


class MustReferError(RefusalError):
    """Somebody outside must be told first: the time limit of `rule` runs, and leaves no discretion (409)."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"{rule} runs: first hand it on")
        self.rule = rule


class PaperError(RefusalError):
    """A paper of a case file that says what cannot be; `flaws`: field → what is wrong with it (422)."""

    def __init__(self, flaws: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {flaw}" for field, flaw in flaws.items()))
        self.flaws = dict(flaws)


class UnfinishedError(RefusalError):
    """A step that others must come before; `flaw` says what is still to be done (422)."""

    def __init__(self, flaw: str) -> None:
        super().__init__(f"not yet: {flaw}")
        self.flaw = flaw


class ObjectionError(RefusalError):
    """Nothing can be objected to, not any more, or not again; `flaw` says which, `until` when it could be (422)."""

    def __init__(self, flaw: str, until: date | None = None) -> None:
        super().__init__(f"no objection: {flaw}")
        self.flaw, self.until = flaw, until


class StaleError(RefusalError):
    """Somebody else changed it in the meantime (409)."""


class AlreadyReceivedError(RefusalError):
    """The report was received more than an hour ago; its code is the way in (409)."""


class OtherDeskError(RefusalError):
    """What is told anew belongs to another desk than the one that received it: it must be a report of its own (409)."""


class TokenError(RefusalError):
    """The submission token is too old, not ours or damaged (422, with a new one)."""


class NoDeskError(RefusalError):
    """No seated officer anywhere up the tree for a duty that the report needs (503)."""


class UncertifiedKeyError(RefusalError):
    """A key without a certificate that chains to the root: nothing is sealed to it (503)."""


class SamePersonError(NotAllowedError):
    """Who did one step of a disclosure does no other: three people (403)."""


class RecusedError(NotAllowedError):
    """The officer keeps out of this case (403)."""


class InterestError(NotAllowedError):
    """Whoever is to do it has declared what the report is about: another does it (403)."""


class RecusedOfficerError(RefusalError):
    """Whoever is to be given the case keeps out of it, or does so already (422)."""


class OwnMotionError(NotAllowedError):
    """A second person must confirm: neither who proposed nor whom it is about (403)."""


class SeatConflictError(RefusalError):
    """One person never holds, or never after, these two duties (422)."""

    def __init__(self, held: str, wanted: str, *, before: bool = False) -> None:
        super().__init__(f"{held} and {wanted} are never one person")
        self.held, self.wanted, self.before = held, wanted, before


class UncertifiedOfficerError(RefusalError):
    """The officer's keys are not certified yet, or the officer is not at work (422)."""


class SeatedAlreadyError(RefusalError):
    """The officer sits there already, or the desk has a key already (422)."""


class MotionPendingError(RefusalError):
    """The same is proposed already and waits for its second person (422)."""


class NeededFileError(RefusalError):
    """A file that stays: `flaw` says what rests on it (422)."""

    def __init__(self, flaw: str) -> None:
        super().__init__(f"the file stays: {flaw}")
        self.flaw = flaw


class TakenNameError(RefusalError):
    """An officer of this name exists (422)."""


class EstablishError(RefusalError):
    """An office that cannot be added so, or a name that cannot be given so; `flaw` says why (422)."""

    def __init__(self, flaw: str, named: str = "") -> None:
        super().__init__(f"{flaw} {named}".strip())
        self.flaw, self.named = flaw, named


class EditionError(RefusalError):
    """An edition that cannot be adopted; `flaw` says why, `named` which or where (422)."""

    def __init__(self, flaw: str, named: str = "") -> None:
        super().__init__(f"{flaw} {named}".strip())
        self.flaw, self.named = flaw, named


class LapsedError(RefusalError):
    """The time for reading is over, and what could be read is gone (409)."""


class FieldsError(RefusalError):
    """This reason does not reach these fields, or for so long; or the reporter did not give them (422)."""


class UnmatchedError(RefusalError):
    """What a person said was compared a short while ago and did not match: not again so soon (422)."""


class EnoughError(RefusalError):
    """The reporter has stated as often as goes beside one request; there are letters (422)."""


class SentAlreadyError(RefusalError):
    """The reporter has handed in this very file already (422)."""


class TermsError(RefusalError):
    """What a reason takes besides is not there, or it takes no such thing; `flaw` says what (422)."""

    def __init__(self, flaw: str) -> None:
        super().__init__(f"not on these terms: {flaw}")
        self.flaw = flaw


class ConsentError(RefusalError):
    """The reporter has not agreed, or no longer does (409)."""


class AskedAlreadyError(RefusalError):
    """This officer has a request about the same report that still stands (422)."""


class UnfitFileError(RefusalError):
    """A file of a kind that is not taken in; `why` says which (422)."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(f"not taken in: {why}")
        self.why = why


class FlawedFileError(RefusalError):
    """Nothing is taken of a file, whatever kind it is; `flaw` says why (422)."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(f"not taken in: {flaw}")
        self.flaw = flaw


class UploadError(RefusalError):
    """An upload in pieces that does not go on so; `piece` is the one that has to come (409)."""

    def __init__(self, snag: Snag, piece: int | None = None) -> None:
        super().__init__(f"the upload does not go on: {snag}")
        self.snag, self.piece = snag, piece


class NotCopiedError(RefusalError):
    """No copy was made of a file, for a reason: it stays with the identity."""

    def __init__(self, why: Kept) -> None:
        super().__init__(f"no copy: {why}")
        self.why = why


class SignInError(RefusalError):
    """Name, password or code do not fit; which of them is never said (422)."""


class PasskeyRefusedError(SignInError):
    """What a browser says does not show a passkey of this officer, now, on this site (422)."""


class PasskeyCopyError(PasskeyRefusedError):
    """The device counts fewer uses than it did: somebody has copied its key (422, and an entry)."""

    def __init__(self, passkey_id: UUID, officer_id: UUID) -> None:
        super().__init__("the passkey counts back")
        self.passkey_id, self.officer_id = passkey_id, officer_id


class UnfitPasskeyError(RefusalError):
    """What a browser says makes no new passkey: not asked for now, known already, or one too many (422)."""


class EnrolmentError(RefusalError):
    """No officer is enrolled with this name and code (422)."""


class UsedCodeError(EnrolmentError):
    """The enrolment code was used before (422)."""


class ExpiredCodeError(EnrolmentError):
    """The enrolment code is older than it may be (422)."""


class UnsignedError(PortalError):
    """Entries have waited too long for a checkpoint: nothing is revealed until the signer is back (503)."""


class BusyError(PortalError):
    """A queue is full; try again in a moment (503)."""


class NotStoredError(PortalError):
    """The store could not take it: nothing was received (503)."""


class NoRoomError(NotStoredError):
    """There is no room for files; whatever is text still finds some (507)."""


class NotReadError(PortalError):
    """A sealed file is gone, or cannot be fetched now (503)."""


class PolicyError(PortalError):
    """A policy file does not say what its schema asks."""


class LedgerError(PortalError):
    """The ledger does not verify."""


class UnprovenError(PortalError):
    """A proof, or what is shown beside it, does not hold; `flaw` says why, `named` what or where (exit 1)."""

    def __init__(self, flaw: str, named: str = "") -> None:
        super().__init__(f"{flaw} {named}".strip())
        self.flaw, self.named = flaw, named
        self.file = ""  # set by whoever knows which of several it is


class StartError(PortalError):
    """The portal cannot start as configured; the message says what to do."""
