"""Sheets to show: what a use case would have returned, made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from portal.domain.access import PERFORMERS
from portal.domain.case_vocabulary import View
from portal.domain.disclosure import OPEN, READABLE, UNDECIDED, Part
from portal.domain.evidence import Fate, Kept, Kind, Removed, Scan
from portal.domain.files import Held
from portal.domain.values import Narrative
from portal.domain.vocabulary import (
    CaseState,
    ClockState,
    DisclosureState,
    DisclosureStep,
    Duty,
    FieldState,
    IdentityField,
    LetterKind,
    Mode,
    Ongoing,
    ReportState,
    Sender,
)
from portal.office.access_sheets import Accesses, AccessesSheet, AccessSheet, ReadingSheet
from portal.office.clock_sheets import ClockSheet, Ending, LimitsSheet
from portal.office.desk_sheets import OfficerSheet, QueueLine, QueueSheet
from portal.office.sheets import (
    CaseSheet,
    FileProof,
    FileSheet,
    FilesSheet,
    LetterSheet,
    MailboxSheet,
    ProofSheet,
    ReceiptSheet,
    RequestLine,
    RequestSheet,
    StepSheet,
)
from portal.policy.reason_lists import DisclosureReason, ReasonEdition
from tests.web.sheets_triage import triage_sheet

NOW = datetime(2026, 11, 24, 7, 2, tzinfo=UTC)
CASE = UUID("6f1c1f0e-8d8b-4c56-9d5e-2f6b8f1f2a10")


class Sheets:
    """Sheets whose data goes through `say`, which the language looked at decides."""

    say: Callable[[str], str]
    reasons: ReasonEdition

    def narrative(self) -> Narrative:
        return Narrative(
            category="EXIT-01",
            division="220302",
            respondent=self.say("蓝鲸地下购物广场（虚构）"),
            place=self.say("地下二层东侧 6 号出口"),
            ongoing=Ongoing.NOW,
            occurred_on=date(2026, 11, 20),
            description=self.say(
                "商场地下二层东头的 6 号安全出口，用铁链子绕了三圈加挂锁，钥匙在保安队长手里。\n\n"
                "白天里面少说四五百人，周末更多。检查的人来之前一小时他们就把链子摘了，走了再挂上。请你们别提前打招呼。"
            ),
            mode=Mode.IDENTIFIED,
            concerns_office=False,
            superior=True,
            may_phone=True,
        )

    def letters(self) -> tuple[LetterSheet, ...]:
        ask = "6 号出口的链子，晚上关门以后还挂着吗？知道就回一句，不知道也没关系。"
        asked = self.letter(LetterKind.MESSAGE, Sender.OFFICE, ask, NOW - timedelta(days=2))
        answered = self.letter(LetterKind.MESSAGE, Sender.REPORTER, "晚上也挂着。", NOW - timedelta(days=1))
        return asked, answered, *self.files().letters

    def file(self, number: int, fate: Fate = Fate.COPIED) -> FileSheet:
        return FileSheet(
            number=number,
            kind=Kind.IMAGE if fate is Fate.COPIED else Kind.AUDIO,
            media="image/jpeg" if fate is Fate.COPIED else "audio/mpeg",
            length=4_812_345,
            fate=fate,
            scan=Scan.FOUND if fate is Fate.AS_IS else Scan.CLEAN,
            found="EICAR" if fate is Fate.AS_IS else "",
            why=None if fate is Fate.COPIED else Kept.UNCLEANABLE,
            removed=tuple(Removed) if fate is Fate.COPIED else (),
            caption=self.say("6 号出口的链子"),
            pictures=2 if fate is Fate.COPIED else 0,
            copied=fate is not Fate.KEPT,
        )

    def files(self) -> FilesSheet:
        letters = tuple(
            replace(
                self.letter(LetterKind.FILE, sender, "", NOW - timedelta(hours=number)),
                id=UUID(int=number),
                text="",
                file=self.file(number, fate),
            )
            for number, (fate, sender) in enumerate(
                (*((fate, Sender.REPORTER) for fate in Fate), (Fate.COPIED, Sender.OFFICE)), start=1
            )
        )
        proofs = {UUID(int=1): FileProof(17, "5a" * 32), UUID(int=2): FileProof(18, "")}
        return FilesSheet(ReportState.SUBMITTED, letters, Held(len(letters), 19_000_000), proofs)

    def letter(self, kind: LetterKind, sender: Sender, text: str, at: datetime) -> LetterSheet:
        return LetterSheet(
            id=UUID(int=len(text)),
            kind=kind,
            sender=sender,
            sent_at=at,
            hour_only=sender is Sender.REPORTER,
            text=self.say(text),
            served_at=at if sender is Sender.OFFICE else None,
        )

    def statement(self) -> LetterSheet:
        said = "可以，但请不要联系单位，也不要打座机。"
        return self.letter(LetterKind.STATEMENT, Sender.REPORTER, said, NOW - timedelta(hours=1))

    def clock(
        self, rule: str, title: str, left: int, state: ClockState = ClockState.RUNNING, *, officers: bool = False
    ) -> ClockSheet:
        return ClockSheet(
            rule=rule,
            title=self.say(title),
            due_on=date(2026, 11, 24) + timedelta(days=left),
            target_on=date(2026, 11, 30) if officers else None,
            basis=self.say("信访条例第二十二条"),
            state=state,
            days_left=left,
            provisional=left > 40,
        )

    def steps(self) -> tuple[StepSheet, ...]:
        office = self.say("四平市人民防空办公室 受理员")
        return (
            StepSheet(at=NOW - timedelta(days=4), hour_only=True, index=0, event="submitted", by=self.say("您")),
            StepSheet(at=NOW - timedelta(days=3), hour_only=False, index=1, event="opened", by=office),
            StepSheet(at=NOW - timedelta(days=2), hour_only=False, index=2, event="wrote", by=office),
            StepSheet(at=NOW - timedelta(days=1), hour_only=True, index=3, event="replied", by=self.say("您")),
        )

    def access(self, days: int = 0) -> AccessSheet:
        return AccessSheet(
            at=NOW - timedelta(days=days),
            index=204 - days,
            leaf="5a" * 32,
            authority=self.say("四平市人民防空办公室"),
            duty=Duty.INTAKE,
            fields=(IdentityField.NAME, IdentityField.PHONE),
            reason=self.ground(),
            request_id=CASE,
        )

    def accesses(self) -> AccessesSheet:
        office = self.say("四平市人民防空办公室")
        return AccessesSheet(
            identity=(IdentityField.NAME,),
            accesses=Accesses(tuple(map(self.access, (90, 60, 2, 0)))),
            withheld=(date(2027, 2, 22),),
            readings=tuple(
                ReadingSheet(date(2026, 11, 24) - timedelta(days=days), office, duty, event, 3)
                for days in range(20)
                for duty, event in ((Duty.INTAKE, "opened"), (Duty.INTAKE, "phone_read"), (Duty.LEAD, "opened"))
            ),
        )

    def mailbox(self, *, seen: bool = False, withdrawn: bool = False) -> MailboxSheet:
        return MailboxSheet(
            erasures=(),
            report_id=CASE,
            report_state=ReportState.WITHDRAWN if withdrawn else ReportState.SUBMITTED,
            case_state=CaseState.RECEIVED,
            number=None,
            authority=self.say("四平市人民防空办公室"),
            arrived_at=NOW - timedelta(days=4),
            narrative=self.narrative(),
            letters=self.letters(),
            clocks=(self.clock("C02", "告诉您是否受理", 11),),
            steps=self.steps(),
            decisions=(),
            identity=(IdentityField.NAME, IdentityField.PHONE),
            erasable=True,
            accesses=Accesses((self.access(),)) if seen else Accesses(),
            withheld=(),
            requests=(self.request(DisclosureState.RELEASED), self.request(DisclosureState.ASKED)) if seen else (),
            statements={self.request(DisclosureState.ASKED).id: (self.statement(),)},
            may_state=True,
            phone_given=True,
            proof=ProofSheet(
                index=17,
                signed=True,
                origin="log.example/jilin",
                key="log.example/jilin+530d903a+" + "AekyeRrm56hApGFkyQR4" * 2,
                said={"index": 17, "hash": "9f3c" * 16, "salt": "51ab" * 16, "opening": '{"event":"submitted"}'},
            ),
        )

    def case(self) -> CaseSheet:
        return CaseSheet(
            assigned=(),
            investigators=(),
            reissuable=True,
            held=self.files().held,
            case_id=CASE,
            report_id=CASE,
            seen=17,
            number=None,
            subject=None,
            state=CaseState.RECEIVED,
            authority=self.say("四平市人民防空办公室"),
            arrived_at=NOW - timedelta(days=4),
            marked=True,
            withdrawn=False,
            danger=True,
            narrative=self.narrative(),
            letters=self.letters(),
            clocks=(
                self.clock("C02", "告诉举报人是否受理", 2, officers=True),
                self.clock("C06", "到现场", -1, ClockState.LATE),
                self.clock("C05", "核查办结", 52),
            ),
            triage=triage_sheet(self.say),
            limits=LimitsSheet((), (), (), (), (), (), ()),
            lane=None,
            supervised_at=None,
            listed=False,
            steps=self.steps(),
            decisions=(),
            decline_reasons=tuple(replace(one, basis=self.say(one.basis)) for one in self.reasons.decline.values()),
            fresh=frozenset(),
            identity=(IdentityField.NAME, IdentityField.PHONE),
            phone_given=True,
            phone="138 0000 0000",
            actions=tuple(PERFORMERS),
            requests=(self.request(DisclosureState.LIFTED),),
            targets=((CASE, self.say("吉林省人民防空办公室")),),
            disclosure_reasons=(self.ground(), self.ground("EVIDENCE_ONLY_REPORTER")),
        )

    def ground(self, code: str = "PROTECT") -> DisclosureReason:
        reason = self.reasons.disclosure[code]
        return replace(reason, basis=self.say(reason.basis))

    def request(self, state: DisclosureState) -> RequestLine:
        office = self.say("四平市人民防空办公室")
        return RequestLine(
            answers=False,
            id=UUID(int=list(DisclosureState).index(state)),
            case_id=CASE,
            number=None,
            category="EXIT-01",
            authority=office,
            reason=self.ground(),
            fields=(IdentityField.NAME, IdentityField.PHONE),
            hours=24,
            urgent=True,
            state=state,
            undecided=state in UNDECIDED,
            readable=state in READABLE,
            standing=state in OPEN,
            over=False,
            asked_at=NOW - timedelta(hours=3),
            expires_at=NOW + timedelta(hours=20),
            steps=(
                StepSheet(
                    at=NOW - timedelta(hours=3), hour_only=False, index=201, event="identity_requested", by=office
                ),
                StepSheet(at=NOW, hour_only=False, index=204, event="identity_read", by=office),
            ),
        )

    def disclosure(self, state: DisclosureState, *steps: DisclosureStep, part: Part = Part.REQUESTER) -> RequestSheet:
        fields = FieldState.LIFTED if state is DisclosureState.LIFTED else FieldState.RELEASED
        return RequestSheet(
            line=self.request(state),
            seen=3,
            part=part,
            handles=True,
            why=self.say("他说单位要开除他，要见面商量怎么保护。"),
            question=None,
            statements=() if part is Part.CUSTODIAN else (self.statement(),),
            unread=1,
            stated_at=NOW - timedelta(hours=1),
            unweighed=state is DisclosureState.LIFTED,
            states={
                IdentityField.NAME: fields,
                IdentityField.PHONE: FieldState.REFUSED,
                IdentityField.ORIGINAL_3: fields,
            },
            steps=steps,
            opened_at=NOW,
        )

    def line(self, number: int, left: int | None, *, late: bool = False) -> QueueLine:
        return QueueLine(
            case_id=UUID(int=number),
            number=f"2203-2026-{number:04}" if number % 2 else None,
            line=self.say("蓝鲸地下购物广场（虚构）：商场地下二层东头的 6 号安全出口，用铁链子绕了三圈"),
            category="EXIT-01" if number % 2 else "FIRE-01",
            state=CaseState.RECEIVED if number % 2 else CaseState.ACCEPTED,
            authority=self.say("四平市人民防空办公室"),
            arrived_at=NOW - timedelta(days=number),
            ending=Ending(date(2026, 11, 24) + timedelta(days=left), left, late) if left is not None else None,
            marked=number == 3,
            withdrawn=number == 2,
            news=number == 3,
            danger=number == 1,
        )

    def queue(self, rows: int = 6) -> QueueSheet:
        first = (self.line(1, -2, late=True), self.line(2, 0), self.line(3, 2))
        rest = tuple(self.line(n, 7 + n if n % 7 else None) for n in range(4, rows + 1))
        return QueueSheet(
            lines=first + rest,
            after="b2xkZXI=",
            before=None,
            count=1_001,
            counts={**dict.fromkeys(View, 0), View.OPEN: 1_001, View.LATE: 1},
            offices=(),
        )

    def receipt(self, *, again: bool = False) -> ReceiptSheet:
        groups = ("7KQ4M", "2XD9H", "BV3TN", "8WJ5C", "Z0RF6")
        return ReceiptSheet(
            receipt="-".join(groups),
            groups=groups,
            digits="12345678901234567890123456789012345678",
            reply_by=date(2026, 12, 9),
            authority=self.say("四平市人民防空办公室"),
            again=again,
            added=False,
            replaced=again,
            index=17,
            promise="c2lnbmVkIHByb21pc2U" * 6,
        )

    def officer(self) -> OfficerSheet:
        return OfficerSheet("lin", self.say("四平市人民防空办公室"), (Duty.INTAKE, Duty.LEAD))
