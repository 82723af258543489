"""What is proposed to a second person (双人复核), and what is made ready for it."""

from dataclasses import dataclass
from uuid import UUID

from portal.domain.papers import Paper
from portal.domain.vocabulary import Duty, MotionKind
from portal.office.recording import Draft
from portal.office.seating import Drawn


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A step of a case for two people: which case, from which desk, and why, in the proposer's words.

    Whoever proposes it has been admitted to the case by then; `seen` is the newest step of it that they saw.
    """

    case_id: UUID
    from_desk_id: UUID
    paper: Paper
    seen: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be proposed: about whom, at which desk."""

    kind: MotionKind
    authority_id: UUID
    officer_id: UUID | None = None
    desk_id: UUID | None = None
    duty: Duty | None = None  # of a desk that is still to open
    content: bytes | None = None  # of an office, a name, an edition or a step that is still to be
    step: CaseStep | None = None  # of a case


@dataclass(frozen=True, slots=True)
class Ready:
    """What goes into the motion: the certificate that is proposed, the key's rows, the officer's key at this time."""

    certificate: bytes | None = None
    drawn: Drawn | None = None
    officer_certificate_id: UUID | None = None
    content: bytes | None = None  # of a step of a case: codes, numbers and digests
    drafts: tuple[Draft, ...] = ()  # of papers that were filed with it
