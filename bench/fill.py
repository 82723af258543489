"""Fill a store with cases: some really sealed and due first, so that pages open them, then as many copies as wanted.

A copy has rows of its own in every table, with its own ids, entry and digests, so that `portal audit verify` holds;
only its ciphertexts are those of another case and open for nobody, which no page meets. It has come as far as `lives`
says, or nowhere yet, its clock running, where that is wanted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from bench.lives import Life
from crypto.primitives import random_bytes
from portal.domain.audit import REPORTER, SYSTEM, hour_of, written
from portal.domain.values import Identity, Narrative, Submission
from portal.domain.vocabulary import IdentityField, Mode, Ongoing
from portal.office import arrival, reports
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.cases import Case, Clock
from portal.store.ledger import LedgerHead
from portal.store.models import Base
from portal.store.officers import Officer
from portal.store.reports import ContentKey, Receipt
from portal.store.session import Store

REAL = 120  # more than two pages
CHUNK = 500
LATER = timedelta(days=60)
Row = tuple[Any, dict[str, Any]]  # a model and its values


def cases(store: Store, house: House, wanted: int, *, lived: bool = True) -> str:
    """Make what is missing to so many cases; returns the code of one that is really sealed."""
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=7)
    with store.reading() as session:
        there = session.execute(select(func.count()).select_from(Case)).scalar_one()
    real = max(1, min(REAL, wanted) - there)
    codes = [_real(store, house, now) for _ in range(real)]
    workers = _workers(store) if lived else None
    for first in range(there + real, wanted, CHUNK):
        _copies(store, house, range(first, min(wanted, first + CHUNK)), now, workers)
    return codes[-1]


def size(store: Store) -> int:
    """How many entries there are."""
    with store.reading() as session:
        return session.get_one(LedgerHead, 1).size


def entries(store: Store, house: House, wanted: int) -> None:
    """Make so many entries, through the code that records."""
    now = datetime.now(UTC).replace(microsecond=0)
    for first in range(0, wanted, 10_000):
        together = min(10_000, wanted - first)
        facts = {"kind": "UnknownReceipt", "hour": written(now), "count": 1}
        with store.transaction() as session:
            record(
                session,
                house.entry_key,
                *(Draft("refusals_counted", now, SYSTEM, facts=facts) for _ in range(together)),
            )


def _submission(house: House, now: datetime) -> Submission:
    narrative = Narrative(
        category="EXIT-01",
        division="220102",
        respondent="蓝鲸地下购物广场（虚构）",
        place="地下二层东侧6号出口",
        ongoing=Ongoing.PAST,
        occurred_on=None,
        description="6号安全出口用铁链子锁着，钥匙在保安队长手里。" * 14,
        mode=Mode.ANONYMOUS,
        concerns_office=False,
        superior=False,
        may_phone=False,
    )
    identity = Identity({IdentityField.RELATION: "outsider"})
    return Submission(reports.new_token(house, now), narrative, identity, marked=False)


def _sealed(store: Store, house: House, now: datetime) -> arrival.SealedReport:
    one = _submission(house, now)
    receipt = reports.read_receipt(house, one.token, now)
    with store.reading() as session:
        plan = reports.plan(house, session, one.narrative, "zh-Hans", now=now)
    return arrival.seal(house, plan, one, receipt, now=now)


def _real(store: Store, house: House, now: datetime) -> str:
    sealed = _sealed(store, house, now)
    with store.transaction() as session:
        reports.submit(session, house, sealed)
    return str(sealed.receipt)


def _workers(store: Store) -> tuple[UUID, UUID]:
    """Two officers, who are given the cases and give them."""
    with store.reading() as session:
        first, second = session.scalars(select(Officer.id).order_by(Officer.username).limit(2)).all()
    return first, second


def _copies(store: Store, house: House, numbers: range, now: datetime, workers: tuple[UUID, UUID] | None) -> None:
    sealed, batch = _sealed(store, house, now), Batch()
    draft = Draft(
        "submitted",
        hour_of(now),
        REPORTER,
        ("reports", uuid4()),
        facts=dict(sealed.drafts[0].facts),
        authority_id=sealed.plan.authority_id,
    )
    pattern = [(mapper.class_, row) for mapper in Base.registry.mappers for row in sealed.batch.rows(mapper.class_)]
    for number in numbers:
        due = now + LATER + timedelta(seconds=7 * number)
        life = Life.of(number, due, now) if workers else None
        ids: dict[type[Any], UUID] = {}
        for model, row in _copy(pattern, batch, due, life):
            ids[model] = batch.add(draft, model, row.pop("id"), **row)
        if life and workers:
            life.add_work(batch, draft, ids[Case], ids[ContentKey], workers)
    with store.transaction() as session:
        batch.insert(session)
        record(session, house.entry_key, draft)


def _copy(
    pattern: list[tuple[Any, dict[str, Any]]], batch: Batch, due: datetime, life: Life | None
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """One case's rows under new ids, which they call each other by."""
    ids: dict[UUID, UUID] = {row["id"]: batch.new_id() for _, row in pattern}
    for model, row in pattern:
        made = {name: ids.get(value, value) if isinstance(value, UUID) else value for name, value in row.items()}
        del made["entry_id"]
        if model is Receipt:
            made["lookup"] = random_bytes(len(made["lookup"]))
        if model in {Case, Clock}:
            made["due_at"] = due
        if life and model in {Case, Clock}:
            made |= life.case() if model is Case else life.clock()
        yield model, made
