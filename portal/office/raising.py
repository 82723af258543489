"""Raising an alarm as rows: the alarm, the time limit that starts with it, and who is rung; all in one batch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from portal.domain.alarms import RULES, AlarmKind
from portal.domain.audit import written
from portal.domain.mailing import Parcel
from portal.office import timing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.recording import Draft
from portal.store.alarms import Alarm


@dataclass(frozen=True, slots=True)
class Ring:
    """What an alarm is about, and the two desks that it rings first."""

    case_id: UUID
    report_id: UUID
    intake: UUID
    lead: UUID


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm in the making."""

    draft: Draft
    dues: tuple[datetime, ...]  # of the time limits that start with it
    rings: tuple[Mapping[str, object], ...]


def raise_(
    house: House,
    batch: Batch,
    draft: Draft,
    ring: Ring,
    kinds: Collection[AlarmKind],
    starting: Collection[AlarmKind],
    *,
    now: datetime,
) -> Raised:
    """Put the alarms into a batch; `starting` are those whose time limit does not run yet."""
    for kind in kinds:
        batch.add(
            draft,
            Alarm,
            case_id=ring.case_id,
            kind=kind,
            desk_id=ring.intake,
            level=0,
            raised_at=now,
            rung_at=now,
            signed_off_at=None,
            signed_off_by=None,
            down=None,
        )
    started = {
        RULES[kind]: timing.start(
            house, batch, draft, RULES[kind], now=now, started_at=now, report_id=ring.report_id
        ).due_at
        for kind in starting
    }
    draft.facts = {
        "alarms": [str(kind) for kind in kinds],
        "desk": str(ring.intake),
        "lead": str(ring.lead),
        "clocks": {rule: written(due_at) for rule, due_at in started.items()},
    }
    return Raised(draft, tuple(started.values()), messages(ring.intake, ring.lead, now=now))


def messages(*desks: UUID, now: datetime) -> tuple[Mapping[str, object], ...]:
    """That these desks are rung, as rows of the outbox; which case it is about stands nowhere in them."""
    empty = dict.fromkeys(("officer_id", "address", "checkpoint", "sent_at", "next_at", "given_up_at", "failure"))
    return tuple(
        {"id": uuid4(), "kind": str(Parcel.ALARM), "desk_id": desk, "created_at": now, "tries": 0, **empty}
        for desk in desks
    )
