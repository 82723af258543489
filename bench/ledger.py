"""The auditor's list at any size, by every filter it offers; the floor is a bare page of the same server."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID, uuid4

from sqlalchemy import select, update

from bench.home import Home
from bench.pages import beside_floor, get, signed_in, timed
from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind, Duty
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.authorities import Authority
from portal.store.cases import Case
from portal.store.insertion import ensure_row
from portal.store.ledger import Entry, LedgerHead
from portal.store.officers import Officer, OtpStep
from portal.store.session import Store

TIMES = 20
PART = 10_000
COMMITS = 2000
DAYS = 365
DIGEST = "0" * 64
# Of a hundred entries: what officers do, as often as they do it.
USUAL = ("opened",) * 40 + ("listed",) * 30 + ("request_shown",) * 10 + ("signed_in",) * 10 + ("wrote",) * 9
RARE = {0: "refused", 1: "identity_requested", 2: "exported", 3: "inquiry_registered"}
NOBODY = "00000000-0000-4000-8000-000000000000"
FACTS = {
    "opened": {"letters": 1},
    "listed": {"count": 50, "digest": DIGEST, "filter": DIGEST},
    "request_shown": {"letters": 1},
    "exported": {"kind": "csv", "count": 9, "digest": DIGEST},
    "refused": {"action": "review.case", "why": "StrangerError"},
    "wrote": {"position": 1, "kind": "message"},
    "identity_requested": {"case": NOBODY, "report": NOBODY, "fields": ["name"], "hours": 24, "edition": "jilin-1"},
}


def fill(store: Store, house: House, wanted: int) -> None:
    """Entries of a year, by officers of every office, through the code that records."""
    with store.reading() as session:
        there = session.execute(select(LedgerHead.size)).scalar_one()
        officers = list(session.execute(select(Officer.id, Officer.authority_id)))
        offices = list(session.scalars(select(Authority.id)))
    made = _drafts(officers, offices, wanted - there)
    while part := list(islice(made, PART)):
        with store.transaction() as session:
            record(session, house.entry_key, *part)


def _drafts(officers: list[tuple[UUID, UUID]], offices: list[UUID], number: int) -> Iterator[Draft]:
    """Nine in ten for the officer's own office; every hundredth is one of what is rare, each rarer than the last."""
    now = datetime.now(UTC).replace(microsecond=0)
    case_id = uuid4()
    for at in range(max(0, number)):
        officer_id, home = officers[at * 7 % len(officers)]
        authority = home if at % 10 else offices[at // 10 % len(offices)]
        event = RARE.get(at // 100 % 16, "refused") if at % 100 == 0 else USUAL[at % len(USUAL)]
        case_id = case_id if at % 25 else uuid4()
        yield Draft(
            event,
            now - timedelta(days=DAYS) * (1 - at / number),
            Party(ActorKind.OFFICER, officer_id, authority, Duty.INTAKE),
            None if event in {"listed", "signed_in", "exported"} else ("cases", case_id),
            facts=FACTS.get(event, {}),
            reason="PROTECT" if event == "identity_requested" else None,
        )


def ledger(home: Home, size: int) -> dict[str, object]:
    """A page of the list of the province's auditor, by each filter; and the pages of sums over thirty days."""
    began = time.perf_counter()
    with home.opened() as (store, house):
        fill(store, house, size)
        chosen = _chosen(store)
    home.settle()
    filled = round(time.perf_counter() - began, 1)
    with home.served() as target, closing((client := signed_in(home, target, "sheng-audit")).connection):
        pages = {name: f"/review/ledger{query}" for name, query in _queries(chosen).items()}
        ours = {name: timed(target, lambda path=path: get(client, path), TIMES) for name, path in pages.items()}  # type: ignore[misc]
    slowest = max(ours, key=lambda name: ours[name]["cpu_ms"])
    return {**beside_floor(home, ours[slowest], filled_s=filled), "slowest": slowest, "each": ours}


def _queries(chosen: dict[str, str]) -> dict[str, str]:
    officer, office, county = chosen["officer"], chosen["office"], chosen["county"]
    half, days = chosen["half"], 30
    return {
        "none": "",
        "old": f"?until={half}",
        "reveals": "?effect=reveals",
        "refuses": "?effect=refuses",
        "event": "?event=inquiry_registered",
        "office": f"?office={office}",
        "small office": f"?office={county}",
        "officer": f"?officer={officer}",
        "officer, event": f"?officer={officer}&event=refused",
        "officer, effect": f"?officer={officer}&effect=refuses",
        "reason": "?reason=PROTECT",
        "reason, old": f"?reason=PROTECT&until={half}",
        "case": f"?case={chosen['case']}",
        "case, unknown": "?case=00000000",
        "signs": f"/signs?days={days}",
        "matrix": f"/matrix?days={days}",
        "figures": f"/figures?days={days}",
        "inspection": f"/inspection?days={days}",
    }


def _chosen(store: Store) -> dict[str, str]:
    """Somebody who did much, an office with much, one with little, a day in the middle, a case."""
    with store.reading() as session:
        officer, office = session.execute(
            select(Entry.actor_id, Entry.authority_id).where(Entry.event == "opened").limit(1)
        ).one()
        county = session.scalars(select(Authority.id).where(Authority.code == "office-220102")).one()
        case = session.scalars(select(Case.id).limit(1)).one()
    half = (datetime.now(UTC) - timedelta(days=DAYS // 2)).date().isoformat()
    return {"officer": str(officer), "office": str(office), "county": str(county), "half": half, "case": str(case)}


def entry(home: Home, _: int) -> dict[str, object]:
    """CPU that recording adds to a transaction that changes one row; the floor is that transaction alone."""
    with home.opened() as (store, house):
        officer_id, authority_id = _somebody(store)
        party = Party(ActorKind.OFFICER, officer_id, authority_id, Duty.INTAKE)
        with store.transaction() as session:
            ensure_row(session, OtpStep, {"officer_id": officer_id, "step": 0})

        def change(*, recorded: bool) -> None:
            with store.transaction() as session:
                # Another value each time: SQLite stores nothing, and waits for no disk, where none is another.
                session.execute(update(OtpStep).values(step=OtpStep.step + 1))
                if recorded:
                    draft = Draft("opened", datetime.now(UTC), party, ("cases", uuid4()), facts={"letters": 1})
                    record(session, house.entry_key, draft)

        bare, ours = _cpu(partial(change, recorded=False), partial(change, recorded=True))
    return {"portal": {"cpu_ms": ours, "added_ms": round(ours - bare, 3)}, "floor": {"cpu_ms": bare}}


def _somebody(store: Store) -> tuple[UUID, UUID]:
    with store.reading() as session:
        return tuple(session.execute(select(Officer.id, Officer.authority_id).limit(1)).one())


def _cpu(*works: Callable[[], None]) -> list[float]:
    """Milliseconds of this process for one of each, of many done in turns; the first are not counted."""
    spent = [0.0] * len(works)
    for number in range(COMMITS + COMMITS // 10):
        for at, work in enumerate(works):
            began = time.process_time()
            work()
            spent[at] += time.process_time() - began if number >= COMMITS // 10 else 0
    return [round(one / COMMITS * 1000, 3) for one in spent]
