"""Frozen sheets: what a page may show, made inside the transaction and rendered after its commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from portal.domain.alarms import Checked, Protection
from portal.domain.case_vocabulary import Lane
from portal.domain.disclosure import Part
from portal.domain.evidence import ANOTHER_TIME, Fate, Kept, Kind, Removed, Scan
from portal.domain.feedback import Feedback
from portal.domain.files import Held
from portal.domain.paper_vocabulary import ObjectionState
from portal.domain.values import Narrative
from portal.domain.vocabulary import (
    Action,
    CaseState,
    DisclosureState,
    DisclosureStep,
    FieldState,
    IdentityField,
    LetterKind,
    ReportState,
    Sender,
)
from portal.office.access_sheets import Accesses, ConsentSheet, WithholdingSheet
from portal.office.clock_sheets import ClockSheet, Ending, LimitsSheet
from portal.office.match_sheets import Candidate
from portal.office.reward_lines import RewardLine
from portal.office.triage_sheets import TriageSheet
from portal.policy.reason_lists import DeclineReason, DisclosureReason, Reason


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """The page after a sending: shown once, never stored."""

    receipt: str  # 5 × 5 with dashes
    groups: tuple[str, ...]
    digits: str  # 38 decimal digits for dictation
    reply_by: date  # C02
    authority: str  # who received it, in the reporter's language
    again: bool  # the same token was sent before
    added: bool  # other content: stored as an addition
    replaced: bool  # identity fields were given anew
    identity_kept: bool = field(default=False, kw_only=True)  # changed in the mailbox since: what was said there wins
    index: int  # of the `submitted` entry in the ledger
    promise: str  # a signed note


@dataclass(frozen=True, slots=True)
class FileSheet:
    """What a page says of a file."""

    number: int  # which of the report's files, from 1
    kind: Kind
    media: str
    length: int  # bytes, as it was sent
    fate: Fate
    scan: Scan
    found: str  # the scanner's name of what it found
    why: Kept | None  # why there is no copy
    removed: tuple[Removed, ...]  # what the copy lacks
    caption: str
    pictures: int  # that can be looked at in a page
    copied: bool  # whether there is something to download
    gone: bool = False  # what was sent is erased; a copy may be left
    back: bool = False  # an officer took it back: nothing is left

    @property
    def missed_its_turn(self) -> bool:
        """Whether a copy would be made of it another time."""
        return self.why in ANOTHER_TIME


@dataclass(frozen=True, slots=True)
class LetterSheet:
    """One letter as a reader of the report sees it."""

    id: UUID
    kind: LetterKind
    sender: Sender
    sent_at: datetime  # letters by reporters: the hour
    hour_only: bool
    text: str
    served_at: datetime | None  # 送达: first opened by the reporter
    changes: Mapping[str, str] = field(default_factory=dict)  # fields of the narrative told anew: name → value
    request_id: UUID | None = None  # a statement: on which request to learn who they are
    broken: bool = False  # what is stored does not open; the text is empty
    file: FileSheet | None = None  # the file that it tells of
    feedback: Feedback | None = None  # the four things that a reporter is told in the end


@dataclass(frozen=True, slots=True)
class FileProof:
    """What shows years later that a file was sent, beside the file itself."""

    index: int  # of its entry in the ledger
    number: str  # that holds this one file against its entry; empty where another code was used then


@dataclass(frozen=True, slots=True)
class FilesSheet:
    """The files of a report, to whoever sent it."""

    report_state: ReportState
    letters: tuple[LetterSheet, ...]
    held: Held
    proofs: Mapping[UUID, FileProof]  # of the reporter's own, by their letters


@dataclass(frozen=True, slots=True)
class ObjectionSheet:
    """What a reporter may do about a conclusion, or has done."""

    until: date  # the last day
    over: bool  # that day has passed
    basis: str
    made_at: datetime | None  # the hour
    state: ObjectionState | None

    @property
    def waits(self) -> bool:
        """Whether it was made, and the level above has not decided yet."""
        return self.state is ObjectionState.OPEN


@dataclass(frozen=True, slots=True)
class StepSheet:
    """One step of a case's life, for a timeline."""

    at: datetime
    hour_only: bool
    index: int  # of its entry in the ledger
    event: str  # name of the ledger event: submitted, accepted, wrote, …
    by: str  # the authority; "" for the reporter; never an officer
    times: int = 1  # how often in a row, for readings; `at` is the last
    to: str = ""  # the authority it was handed to, of a transfer


@dataclass(frozen=True, slots=True)
class DecisionSheet:
    """A step with a reason, or a question, as both sides see it."""

    event: str
    at: datetime
    reason: Reason | None
    letter_id: UUID | None


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request to learn something of an identity, as it stands in a list; nothing of it is sealed."""

    id: UUID
    case_id: UUID
    number: str | None
    category: str
    authority: str  # who asks
    reason: Reason
    fields: tuple[IdentityField, ...]
    hours: int
    urgent: bool
    state: DisclosureState
    undecided: bool  # somebody has still to agree
    readable: bool
    answers: bool  # yes or no is enough: nobody reads
    standing: bool  # there is a next step
    over: bool  # its time has passed, whether or not the tick has come
    asked_at: datetime
    expires_at: datetime
    withheld: WithholdingSheet | None = None
    consent: ConsentSheet | None = None
    steps: tuple[StepSheet, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """A request as one of the three sees it."""

    line: RequestLine
    seen: int  # its version: a step taken from this page is refused when it has changed
    part: Part
    handles: bool  # the case is at this officer's desk
    why: str
    question: LetterSheet | None  # how the reporter was asked to agree; a custodian reads it not
    statements: tuple[LetterSheet, ...]  # what the reporter says of it; a custodian reads none
    unread: int  # statements that this officer does not open
    stated_at: datetime | None  # the hour of the last
    unweighed: bool  # it came after the lead had agreed, and the custodian has still to decide
    states: Mapping[IdentityField, FieldState]
    steps: tuple[DisclosureStep, ...]  # what this actor may do now
    opened_at: datetime

    @property
    def readable(self) -> bool:
        """Whether something was released that somebody typed."""
        return any(state is FieldState.RELEASED and name.number is None for name, state in self.states.items())

    @property
    def originals(self) -> tuple[int, ...]:
        """Which files were released as they were sent."""
        released = (name.number for name, state in self.states.items() if state is FieldState.RELEASED)
        return tuple(number for number in released if number is not None)


@dataclass(frozen=True, slots=True)
class ErasureSheet:
    """That something of an identity was erased, with our signed word on it: for the reporter to keep."""

    at: datetime  # the hour
    fields: tuple[IdentityField, ...]
    index: int
    leaf: str
    promise: str


@dataclass(frozen=True, slots=True)
class ProofSheet:
    """The entry of a report in the ledger, for the reporter to keep."""

    index: int
    signed: bool  # False: the signer has not come to it yet
    origin: str
    key: str  # the verifier line of the ledger's Ed25519 key: short enough to copy
    said: Mapping[str, str | int]  # index, hash, salt, opening: to copy by hand


@dataclass(frozen=True, slots=True)
class ProtectionLine:
    """What was done for the reporter against retaliation, and what the check came to; for them and the office."""

    measure: Protection
    made_at: datetime
    outcome: Checked | None
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailboxSheet:
    """What a reporter sees."""

    report_id: UUID
    report_state: ReportState
    case_state: CaseState
    number: str | None
    authority: str
    arrived_at: datetime
    narrative: Narrative
    letters: tuple[LetterSheet, ...]  # after the narrative, oldest first
    clocks: tuple[ClockSheet, ...]
    steps: tuple[StepSheet, ...]
    decisions: tuple[DecisionSheet, ...]
    identity: tuple[IdentityField, ...]  # given; never read back; without `relation`
    erasable: bool  # whether anything of the reporter is left: what was typed, or a file as it was sent
    statements: Mapping[UUID, tuple[LetterSheet, ...]]  # what the reporter said of each
    may_state: bool
    phone_given: bool
    erasures: tuple[ErasureSheet, ...]
    proof: ProofSheet
    objection: ObjectionSheet | None = None  # what there is to object to, or was
    asked_after: str = ""  # by which article they are asked now how things went since
    accesses: Accesses = field(default_factory=Accesses)  # "至今无人看过您的身份 · 0 次"
    withheld: tuple[date, ...] = ()  # when what is withheld is told: one for each request
    requests: tuple[RequestLine, ...] = ()  # who asked to, and what became of it
    reward: RewardLine | None = None  # that there is a decision on a reward
    protections: tuple[ProtectionLine, ...] = ()  # what was done against retaliation


@dataclass(frozen=True, slots=True)
class Investigator:
    """Somebody who may be assigned."""

    id: UUID
    name: str
    across: str = ""  # the office of an officer of another area (跨区)


@dataclass(frozen=True, slots=True)
class AssignedLine:
    """One assignment of a case, for the lead; or one case, for the investigator."""

    id: UUID
    case_id: UUID
    officer: str
    number: str
    category: str
    state: CaseState
    authority: str
    narrative: bool
    assigned_at: datetime
    ending: Ending | None
    across: str = ""  # the office of an officer of another area
    reviewing: bool = False


@dataclass(frozen=True, slots=True)
class AssignedSheet:
    """What an investigator sees of a case: the summary, and the report where that was given."""

    line: AssignedLine
    brief: str
    narrative: Narrative | None
    letters: tuple[LetterSheet, ...]
    seen: int  # index of the newest step, as on the case's own page
    clocks: tuple[ClockSheet, ...]
    limits: LimitsSheet
    objections: tuple[str, ...] = ()  # to be reviewed, of others whose reports were merged into it: the words alone


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """What an officer sees of one case and its report."""

    case_id: UUID
    report_id: UUID
    seen: int  # index of the newest step: a step taken from this page is refused when there is a newer one
    number: str | None
    subject: str | None
    state: CaseState
    authority: str
    arrived_at: datetime
    marked: bool
    withdrawn: bool
    danger: bool
    lane: Lane | None
    supervised_at: datetime | None
    listed: bool  # publicly, while it is supervised
    narrative: Narrative
    letters: tuple[LetterSheet, ...]
    held: Held  # its files, and room for more
    clocks: tuple[ClockSheet, ...]
    limits: LimitsSheet  # what may be done about them
    steps: tuple[StepSheet, ...]
    decisions: tuple[DecisionSheet, ...]
    decline_reasons: tuple[DeclineReason, ...]  # what may be chosen now
    fresh: frozenset[UUID]  # letters that intake opens for the first time
    identity: tuple[IdentityField, ...]  # sealed apart; only which fields exist, without `relation`
    phone_given: bool  # the reporter may be phoned; intake can have the number shown
    phone: str | None  # shown on request, each time recorded
    actions: tuple[Action, ...]  # what this actor may do now
    requests: tuple[RequestLine, ...]  # to learn something of the identity
    assigned: tuple[AssignedLine, ...]  # who works on it
    investigators: tuple[Investigator, ...]  # who may be assigned
    targets: tuple[tuple[UUID, str], ...]  # the offices it may be handed to, in the order of their codes
    triage: TriageSheet
    reissuable: bool  # a lost code can be replaced by comparing
    disclosure_reasons: tuple[DisclosureReason, ...]  # for which something may be asked for now
    alike: tuple[Candidate, ...] = ()  # cases that may be about the same thing
