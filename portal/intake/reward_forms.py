"""What is asked of the reward calculator, as an address says it; nothing of it is kept."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from portal.domain.money import AmountError, fen
from portal.domain.paper_vocabulary import Known
from portal.domain.rewards_facts import Accident, Facts, FactsError, Fined, Insider, Matter, Reporter, RewardKind
from portal.domain.rewards_values import MOST_COUNTED
from portal.web.i18n import N_, gettext
from portal.web.paper_words import FLAWS
from portal.web.paper_words import PAPER_WORDS as WORDS
from portal.web.reward_words import KINDS


class Way(StrEnum):
    """How somebody reports."""

    NAMED = "named"
    CONTACT = "contact"
    CODE = "code"
    NOTHING = "nothing"


WAYS: Final[Mapping[Way, str]] = {
    Way.NAMED: N_("留姓名"),
    Way.CONTACT: N_("不留姓名，留联系方式"),
    Way.CODE: N_("不留姓名，用领取码"),
    Way.NOTHING: N_("什么都不留"),
}
INSIDERS: Final[Mapping[Insider, str]] = {
    Insider.NO: N_("不是"),
    Insider.CLAIMED: N_("是，还没有证明"),
    Insider.PROVEN: N_("是，有证明"),
}
EARLIER: Final[Mapping[str, str]] = {"no": N_("没有人"), "yes": N_("有人")}
FIELDS: Final = frozenset(
    {"edition", "kind", "fine", "way", "insider", "known", "earlier", "people", "deaths", "hidden"}
)
OFFERED: Final = (RewardKind.VIOLATION, RewardKind.MAJOR_HAZARD, RewardKind.CONCEALMENT, RewardKind.ORDINARY_HAZARD)


def choices_offered() -> dict[str, list[tuple[str, str]]]:
    """The choices of each list, as (value, word)."""
    words: dict[str, Mapping[Any, str]] = {
        "kind": {kind: KINDS[kind] for kind in OFFERED},
        "way": WAYS,
        "insider": INSIDERS,
        "known": WORDS[Known],
        "earlier": EARLIER,
    }
    return {name: [(str(value), gettext(said)) for value, said in found.items()] for name, found in words.items()}


class RewardTrial:
    """A made-up report: `facts` where everything could be read and goes together, else `errors`, by field."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self._asked = asked
        self.query = urlencode({name: said for name, said in asked.items() if name in FIELDS})
        self.begun = "kind" in asked
        self.errors: list[tuple[str, str]] = []
        self.kind = self._choice("kind", OFFERED, RewardKind.VIOLATION)
        self.fine = asked.get("fine", "").strip()
        self.way = self._choice("way", tuple(Way), Way.NAMED)
        self.insider = self._choice("insider", tuple(Insider), Insider.NO)
        self.known = self._choice("known", tuple(Known), Known.NO)
        self.earlier = self._choice("earlier", tuple(EARLIER), "no")
        self.people, self.deaths, self.hidden = (asked.get(name, "").strip() for name in ("people", "deaths", "hidden"))
        self.facts = self._facts() if self.begun else None

    def _facts(self) -> Facts | None:
        fine, people = self._fine(), self._count("people", self.people, 1)
        deaths, hidden = self._count("deaths", self.deaths, 0), self._count("hidden", self.hidden, 0)
        if people == 0:
            self.errors.append(("people", gettext("至少一个人。")))
        if hidden > deaths:
            self.errors.append(("hidden", gettext("瞒报、谎报的人数不能比死亡的人数多。")))
        if self.errors:
            return None
        reporter = Reporter(
            identified=self.way == Way.NAMED,
            contact=self.way == Way.CONTACT,
            claim_code=self.way == Way.CODE,
            insider=Insider(self.insider),
            joint_signatories=people,
        )
        matter = Matter(
            RewardKind(self.kind), known_before=Known(self.known), earlier_named_report=self.earlier == "yes"
        )
        try:
            return Facts(reporter, matter, (Fined(fine),) if fine else (), Accident(deaths, hidden))
        except FactsError as error:
            self.errors += [self._contradiction(one) for one in error.faults]
            return None

    def _contradiction(self, fault: str) -> tuple[str, str]:
        if fault.startswith("matter.kind"):
            return "kind", gettext("有瞒报、谎报的死亡，就不是一般隐患，请选“瞒报、谎报事故”。")
        return "people", gettext("联名要留姓名。请选“留姓名”，或者写 1 个人。")

    def _choice(self, name: str, offered: tuple[Any, ...], default: str) -> str:
        said = self._asked.get(name, default)
        if said in offered:
            return said
        self.errors.append((name, gettext("请从列表里选。")))
        return default

    def _fine(self) -> int:
        if not self.fine:
            return 0
        try:
            return fen(self.fine, zero=True)
        except AmountError as error:
            self.errors.append(("fine", gettext(FLAWS[error.flaw])))
            return 0

    def _count(self, name: str, said: str, empty: int) -> int:
        if not said:
            return empty
        if said.isdecimal() and len(said) <= len(str(MOST_COUNTED)) and int(said) <= MOST_COUNTED:
            return int(said)
        self.errors.append((name, gettext("请写人数，例如 3。")))
        return empty
