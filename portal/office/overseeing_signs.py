"""What stands out in an auditor's trails by the rules in force, and the sheet for whoever comes to inspect."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain import oversight
from portal.domain.audit import Effect
from portal.domain.clocks import SHANGHAI
from portal.domain.errors import LedgerError
from portal.domain.oversight import OWN, Deed, Finding
from portal.office import overseeing_figures, overseeing_lines, overseeing_pages, publishing, vouching
from portal.office.acting import Act
from portal.office.overseeing import Scope
from portal.office.overseeing_figures import Period
from portal.office.overseeing_sheets import FindingSheet, InspectionSheet, SignsSheet
from portal.office.verifying import VERIFIED
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead
from portal.store.officers import Officer

CHECKED = 1000  # the newest entries of the ledger, held to leaf and MAC while one waits
SHOWN = 4  # entries of a finding that are listed beside it
FINDINGS = 20


def signs(act: Act, scope: Scope, days: int, language: str) -> SignsSheet:
    """What stands out in a period, and what was looked at."""
    span = overseeing_figures.period(act, scope, days)
    findings = _findings(act, scope, span)
    edition = act.house.policies.oversight
    shown = findings[:FINDINGS]
    called = overseeing_figures.names(act, (one.officer_id for one in shown))
    return SignsSheet(
        days=days,
        findings=_told(act, scope, shown, called, language),
        number=len(findings),
        rules=edition.rules,
        edition=edition.heading.edition,
        hours=act.house.policies.hours(),
        looked_at=len(span.rows),
        officers=len({row.officer_id for row in span.rows if row.officer_id}),
        cut=span.cut,
    )


def _told(
    act: Act, scope: Scope, findings: Sequence[Finding], called: Mapping[UUID, str], language: str
) -> tuple[FindingSheet, ...]:
    """Findings with the first of their entries, which are read at once."""
    wanted = {entry_id for one in findings for entry_id in one.entries[:SHOWN]}
    rows = act.session.execute(select(Entry.index).where(Entry.id.in_(wanted)).order_by(Entry.index)) if wanted else ()
    lines = {line.id: line for line in overseeing_lines.read(act, scope, [index for (index,) in rows], language)}
    return tuple(
        FindingSheet(
            one,
            called.get(one.officer_id, "") if one.officer_id else "",
            tuple(lines[entry_id] for entry_id in one.entries[:SHOWN] if entry_id in lines),
            max(0, len(one.entries) - SHOWN),
        )
        for one in findings
    )


def _findings(act: Act, scope: Scope, span: Period) -> tuple[Finding, ...]:
    policies, tree = act.house.policies, act.tree()
    cases = overseeing_lines.case_ids(act.session, {row.object_id for row in span.rows if row.object_id})
    officers = {row.officer_id for row in span.rows if row.officer_id}
    rows = act.session.execute(select(Officer.id, Officer.authority_id).where(Officer.id.in_(officers)))
    homes: dict[UUID, UUID] = {officer_id: home for officer_id, home in rows}  # noqa: C416 — rows have no types
    above = {authority: frozenset(tree.upwards(authority)) for authority in scope.trails}
    deeds = (
        Deed(
            entry_id=row.id,
            at=row.at,
            officer_id=row.officer_id,
            near=row.officer_id is None
            or row.authority_id is None
            or homes.get(row.officer_id) in above[row.authority_id],
            event=row.event,
            effect=row.effect or Effect.KEEPS,
            object_id=row.object_id,
            case_id=cases[row.object_id][0] if row.object_id and row.object_id in cases else None,
        )
        for row in span.rows
    )
    return oversight.examine(deeds, policies.oversight.rules, policies.hours(), now=act.now)


def inspection(act: Act, scope: Scope, days: int, language: str) -> InspectionSheet:
    """Figures of a period, the newest checkpoint, and whether the newest entries hold; nobody's name."""
    span = overseeing_figures.period(act, scope, days)
    newest = overnight(act)
    found = Counter(one.rule.code for one in _findings(act, scope, span))
    edition = act.house.policies.oversight
    return InspectionSheet(
        made_at=act.now,
        office=act.directory().name(scope.home, language),
        offices=len(scope.trails),
        origin=act.house.origin,
        size=newest.size if newest else 0,
        root=newest.root.hex() if newest else "",
        reaches=publishing.reaches(act.session, newest) if newest else None,
        signature=newest is not None and overseeing_pages.is_signed(act, newest),
        checked=CHECKED,
        broken=first_broken(act),
        verified_at=last_verified(act),
        days=days,
        cut=span.cut,
        effects=overseeing_figures.effects(span),
        events=tuple(Counter(row.event for row in span.rows if row.event != OWN).most_common()),
        findings=tuple((rule, found[rule.code]) for rule in edition.rules),
        edition=edition.heading.edition,
    )


def last_verified(act: Act) -> datetime | None:
    """When the whole ledger was last found to hold (`portal audit verify --enter`); None for an entry that does not."""
    wanted = (
        select(Entry, Leaf)
        .join(Leaf, Leaf.index == Entry.index)
        .where(Entry.event == VERIFIED, Entry.authority_id.is_(None))
    )
    newest = act.session.execute(wanted.order_by(Entry.index.desc()).limit(1)).one_or_none()
    if newest is None:
        return None
    try:
        said = vouching.opened(act.house.entry_keys, *newest)
    except LedgerError:
        return None
    return datetime.fromisoformat(said["at"]) if said["event"] == VERIFIED else None


def overnight(act: Act) -> Checkpoint | None:
    """The newest checkpoint of the days before today: those of today would tell how much other offices do just now."""
    today = act.now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return publishing.before(act.session, today)


def first_broken(act: Act) -> int | None:
    """Which of the newest entries, of every office, is the first that does not hold; None where all do.

    It says nothing of what they hold; `portal audit verify` looks at all there are.
    """
    size = act.session.execute(select(LedgerHead.size)).scalar_one()
    first = max(0, size - CHECKED)
    wanted = select(Entry, Leaf).join(Leaf, Leaf.index == Entry.index).where(Entry.index >= first)
    entries = {entry.index: (entry, leaf) for entry, leaf in act.session.execute(wanted)}
    for index in range(first, size):
        try:
            vouching.opened(act.house.entry_keys, *entries[index])
        except (KeyError, LedgerError):
            return index
    return None
