"""A file of facts (`portal reward assess`): JSON to facts and back, every fault with its place and one sentence.

The parts are reporter, matter, penalties, accident and process, beside the edition's name and what is to be replaced
of its terms (overrides). A key that is missing takes the plainest value; one that nobody knows is a fault.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeVar

from portal.domain.paper_vocabulary import Known, PenaltyFor, PenaltyKind, PenaltyStatus, Target
from portal.domain.rewards_facts import (
    Accident,
    Claim,
    Collusion,
    Excluded,
    Facts,
    FactsError,
    Fined,
    Insider,
    Matter,
    Merit,
    Process,
    Reporter,
    RewardKind,
)
from portal.domain.rewards_shape import Rules
from portal.domain.rewards_values import amount, at_least_one, count, disagreements, flag, maybe, member, term

T = TypeVar("T")
Keys = Mapping[str, tuple[str, Callable[[object], Any]]]  # key of the file → field, reader
_MISSING: Final = object()


def _named(**readers: Callable[[object], Any]) -> Keys:
    return MappingProxyType({name: (name, read) for name, read in readers.items()})


REPORTER: Final = _named(
    identified=flag,
    contact=flag,
    claim_code=flag,
    insider=member(Insider),
    insider_relative=flag,
    excluded=maybe(member(Excluded)),
    joint_signatories=at_least_one,
)
MATTER: Final = _named(
    kind=member(RewardKind),
    verified=maybe(flag),
    fabricated=maybe(flag),
    known_before=maybe(member(Known)),
    earlier_named_report=maybe(flag),
    merit=member(Merit),
    awarded=flag,
    accepted_first=flag,
    other_rule=maybe(flag),
    separate_hazard=flag,
    defied_order=flag,
    averted_casualties=flag,
    withdrawn=flag,
    collusion=member(Collusion),
)
ACCIDENT: Final = _named(deaths=count, deaths_concealed=count, serious_injuries=count, direct_loss=amount)
PROCESS: Final = _named(signed=maybe(flag), paid=flag, claim=member(Claim))
PENALTY: Final[Keys] = MappingProxyType(
    {
        "amount": ("fen", amount),
        "against": ("against", member(Target)),
        "kind": ("kind", member(PenaltyKind)),
        "for": ("reason", member(PenaltyFor)),
        "status": ("status", member(PenaltyStatus)),
    }
)
_SUMS: Final = frozenset({"fen", "direct_loss"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file of facts asks: the facts, under which edition (None: the one in force), with what replaced."""

    facts: Facts
    edition: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)


def read(data: bytes) -> Asked:
    """Read a file of facts. Raises FactsError with every fault."""
    reader = _Reader()
    top = reader.table("", _json(data, reader))
    reporter = reader.part("reporter", Reporter, REPORTER, top.pop("reporter", {}))
    matter = reader.part("matter", Matter, MATTER, top.pop("matter", {}))
    penalties = reader.penalties(top.pop("penalties", []))
    accident = reader.part("accident", Accident, ACCIDENT, top.pop("accident", {}))
    process = reader.part("process", Process, PROCESS, top.pop("process", {}))
    edition = top.pop("edition", None)
    if edition is not None and (not isinstance(edition, str) or not edition):
        reader.fault("edition: is no name of an edition")
    overrides = reader.overrides(top.pop("overrides", {}))
    reader.unknown("", top)
    reader.done()
    return Asked(Facts(reporter, matter, penalties, accident, process), edition, overrides)


def override(rules: Rules, overrides: Mapping[str, Any]) -> Rules:
    """The rules with single terms replaced, as `read` gives them. Raises FactsError where they disagree then."""
    if not overrides:
        return rules
    changed = dict(overrides)
    if "death_rates" in changed:
        changed["death_rates"] = MappingProxyType({**rules.terms.death_rates, **changed["death_rates"]})
    terms = replace(rules.terms, **changed)
    if found := disagreements(terms):
        raise FactsError(*(f"overrides.{name}: {why}" for name, why in found))
    return replace(rules, terms=terms, changed=rules.changed | frozenset(overrides))


def written(facts: Facts) -> dict[str, Any]:
    """Facts as JSON has them; reading that gives the same facts."""
    said: dict[str, Any] = {
        name: _part(getattr(facts, name), keys)
        for name, keys in (("reporter", REPORTER), ("matter", MATTER), ("accident", ACCIDENT), ("process", PROCESS))
    }
    return said | {"penalties": [_part(one, PENALTY) for one in facts.penalties]}


def _part(value: object, keys: Keys) -> dict[str, Any]:
    return {key: _plain(name, getattr(value, name)) for key, (name, _) in keys.items()}


def _plain(name: str, value: object) -> object:
    if name in _SUMS and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return str(value) if isinstance(value, StrEnum) else value


class _Reader:
    """What was found wrong so far."""

    __slots__ = ("_faults",)

    def __init__(self) -> None:
        self._faults: list[str] = []

    def fault(self, said: str) -> None:
        """Note one."""
        self._faults.append(said)

    def done(self) -> None:
        """Raise FactsError if there was any."""
        if self._faults:
            raise FactsError(*self._faults)

    def table(self, where: str, said: object) -> dict[str, Any]:
        """A table, or an empty one with a fault."""
        if isinstance(said, dict):
            return dict(said)
        self.fault(f"{where or 'the file'}: is no table of facts")
        return {}

    def unknown(self, where: str, left: Mapping[str, object]) -> None:
        """Keys that nobody asked for."""
        for key in left:
            self.fault(f"{where}{key[:60]}: is not a fact that is known here")

    def part(self, where: str, kind: type[T], keys: Keys, said: object) -> T:
        """One part; fields that are missing or faulty take their default."""
        table, found = self.table(where, said), {}
        for key, (name, reading) in keys.items():
            value = table.pop(key, _MISSING)
            if value is _MISSING:
                continue
            try:
                found[name] = reading(value)
            except ValueError as error:
                self.fault(f"{where}.{key}: {error}")
        self.unknown(f"{where}.", table)
        absent = {one.name: 0 for one in fields(kind) if one.name == "fen" and "fen" not in found}  # type: ignore[arg-type]
        return kind(**absent, **found)

    def penalties(self, said: object) -> tuple[Fined, ...]:
        """A list of penalties, numbered from 1; each has a sum."""
        if not isinstance(said, list):
            self.fault("penalties: is no list")
            return ()
        for number, one in enumerate(said, 1):
            if isinstance(one, dict) and "amount" not in one:
                self.fault(f"penalties[{number}].amount: is missing")
        return tuple(self.part(f"penalties[{number}]", Fined, PENALTY, one) for number, one in enumerate(said, 1))

    def overrides(self, said: object) -> dict[str, Any]:
        """Terms that are replaced."""
        found = {}
        for name, value in self.table("overrides", said).items():
            try:
                found[name] = term(name, value)
            except ValueError as error:
                self.fault(f"overrides.{name[:60]}: {error}")
        return found


def _json(data: bytes, reader: _Reader) -> object:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in found]
        for name in sorted({name for name in names if names.count(name) > 1}):
            reader.fault(f"{name[:60]}: stands there twice")
        return dict(found)

    try:
        return json.loads(data, object_pairs_hook=pairs, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise FactsError("the file: is nested too deeply") from None
    except ValueError as error:
        raise FactsError(f"the file: is no JSON ({error})") from None


def _refuse(said: str) -> NoReturn:
    raise ValueError(f"{said} is no number")
