"""The three people of a disclosure, each in front of their browser: Lin asks, Gao lifts, He releases."""

import re
from functools import cached_property
from uuid import UUID

from portal.store.disclosures import Disclosure
from tests.visitor import SEEN, Visitor
from tests.world import World

CASE = re.compile(r"/review/cases/([0-9a-f-]{36})")
REQUEST = re.compile(r"/review/disclosures/([0-9a-f-]{36})")
ASK = {
    "ground": "PROTECT",
    "fields": ["name", "phone"],
    "hours": "24",
    "why": "举报人来信说单位要开除他，要见面商量怎么保护。",
}
ORDER = {
    "ground": "POLICE_ORDER",
    "document": "长公（刑）调证字〔2026〕12号",
    "withhold": "90",
    "hours": "72",
    "why": "公安机关持调取证据通知书和两人的证件到场，要求提供举报人姓名、电话。",
}
AGREE = {
    "ground": "REPORTER_ASKS",
    "asking": "市总工会要当面感谢，想要您的姓名，只给受理员一人看。",
    "why": "工会来函。",
}
NAME, PHONE = "周小明", "13800000000"
STATEMENT = "可以，但请不要联系单位。"
LOST = {"name": NAME, "phone": PHONE, "words": "看了身份证，说得出在哪里。", "present": "y"}


class Office:
    """The three and the reporter; who is not here yet comes when they are needed."""

    def __init__(self, world: World, zhou: Visitor | None = None, lin: Visitor | None = None) -> None:
        self.world = world
        self.zhou = zhou or world.visitor()
        if zhou is None:
            self.zhou.report(may_phone="y")
            self.zhou_receipt = self.zhou.receipt
            self.zhou.get("/mailbox")
        self.lin = lin or world.officer("lin")
        self.lin.get("/review/")
        self.case = CASE.search(self.lin.last)[1]
        self.lin.get(f"/review/cases/{self.case}")

    @property
    def case_id(self) -> UUID:
        return UUID(self.case)

    @classmethod
    def of(cls, world: World, lin: Visitor, case: str) -> "Office":
        """About a report that is there already."""
        made = cls.__new__(cls)
        made.world, made.lin, made.case = world, lin, case
        lin.get(f"/review/cases/{case}")
        return made

    def at(self, world: World) -> "Office":
        """The same reporter and intake before a copy of what they have seen."""
        made = Office.__new__(Office)
        made.world, made.case, made.zhou_receipt = world, self.case, self.zhou_receipt
        made.zhou, made.lin = self.zhou.at(world), self.lin.at(world)
        return made

    @cached_property
    def gao(self) -> Visitor:
        return self.world.officer("gao")

    @cached_property
    def he(self) -> Visitor:
        return self.world.officer("he")

    def ask(self, **changes: object) -> int:
        return self.lin.post(f"/review/cases/{self.case}/request", {**ASK, **changes}).status_code

    def asked(self) -> str:
        """The address of a request that Lin has made."""
        assert self.ask() == 303
        return self.address()

    def ordered(self, **changes: object) -> str:
        """The address of a request on a lawful order, withheld from the reporter."""
        assert self.ask(**ORDER | changes) == 303
        return self.address()

    def questioned(self, **changes: object) -> str:
        """The address of a request to which the reporter must agree."""
        assert self.ask(**AGREE | changes) == 303
        return self.address()

    def agree(self, address: str, answer: str = "yes") -> int:
        """What the reporter says of it."""
        self.zhou.get("/mailbox")
        said = {"request": address.rpartition("/")[2], "answer": answer}
        return self.zhou.post("/mailbox/consent", said).status_code

    def ask_anew(self, **changes: object) -> int:
        """Somebody at the counter has lost the code."""
        return self.lin.post(f"/review/cases/{self.case}/reissue", {**LOST, **changes}).status_code

    def asked_anew(self, **changes: object) -> str:
        """The address of such a request."""
        assert self.ask_anew(**changes) == 303
        return self.address()

    def answer(self, address: str, who: str = "he") -> int:
        visitor: Visitor = getattr(self, who)
        return visitor.post(
            f"{address}/answer", {"otp": self.code(who), "seen": self.seen(visitor, address)}
        ).status_code

    def issue(self, address: str) -> int:
        """The new code, on Lin's page."""
        self.lin.get(address)
        return self.lin.post(f"{address}/code").status_code

    def address(self) -> str:
        """The first request on the page of the case."""
        self.lin.get(f"/review/cases/{self.case}")
        return f"/review/disclosures/{REQUEST.search(self.lin.last)[1]}"

    def code(self, who: str) -> str:
        self.world.clock.forward(seconds=31)
        return self.world.cast[who].code(self.world.clock())

    def lift(self, address: str, who: str = "gao") -> int:
        visitor: Visitor = getattr(self, who)
        return visitor.post(f"{address}/lift", {"otp": self.code(who), "seen": self.seen(visitor, address)}).status_code

    def seen(self, visitor: Visitor, address: str) -> str:
        """The version that the page shows; whoever has no step there guesses right."""
        found = SEEN.search(visitor.get(address).text)
        return found[1] if found else self.version(address)

    def version(self, address: str) -> str:
        with self.world.store.reading() as session:
            return str(session.get_one(Disclosure, UUID(address.rpartition("/")[2])).version)

    def release(self, address: str, *fields: str, who: str = "he") -> int:
        visitor: Visitor = getattr(self, who)
        data = {"otp": self.code(who), "fields": list(fields), "seen": self.seen(visitor, address)}
        return visitor.post(f"{address}/release", data).status_code

    def state(self, address: str, text: str = STATEMENT) -> int:
        """The reporter says something of a request."""
        self.zhou.get("/mailbox")
        typed = {"request": address.rpartition("/")[2], "text": text}
        return self.zhou.post("/mailbox/statement", typed).status_code

    def read(self, address: str) -> int:
        self.lin.get(address)
        return self.lin.post(f"{address}/read").status_code
