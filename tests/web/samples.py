"""A small application with our install functions, and every template with a sheet to show."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from flask import Flask, render_template
from jinja2 import StrictUndefined
from werkzeug.datastructures import ImmutableMultiDict

from portal.domain.access import PERFORMERS
from portal.domain.values import Narrative
from portal.domain.vocabulary import (
    CaseState,
    ClockState,
    Duty,
    IdentityField,
    LetterKind,
    Mode,
    Ongoing,
    ReportState,
    Sender,
    View,
)
from portal.intake.forms import IdentityForm, LetterForm, ReceiptForm, ReportForm, WithdrawForm
from portal.office.looking import Filters
from portal.office.sheets import (
    AccessSheet,
    CaseSheet,
    ClockSheet,
    LetterSheet,
    MailboxSheet,
    OfficerSheet,
    QueueLine,
    QueueSheet,
    ReceiptSheet,
    StepSheet,
)
from portal.policy.loader import load_policies
from portal.review.filters import Asked
from portal.review.forms import SignInForm
from portal.review.views.case import FORMS
from portal.web import display, forms, i18n, security

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 7, 2, tzinfo=UTC)
CASE = UUID("6f1c1f0e-8d8b-4c56-9d5e-2f6b8f1f2a10")


def make_app(*, languages: tuple[str, ...] = ("zh-Hans",), pseudo: bool = False, demo: bool = False) -> Flask:
    app = Flask("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="a key for tests alone", DEMO=demo)
    app.jinja_env.undefined = StrictUndefined
    i18n.install(app, languages=languages, pseudo=pseudo)
    security.install(app)
    forms.install(app)
    display.install(app)
    return app


class Samples:
    """Contexts of all templates; `say` marks data as already translated where the pseudo-locale is looked at."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say = say
        self.reasons = load_policies().reasons
        exit_kinds = [
            self.kind("EXIT-01", "安全出口锁闭、链住、焊死"),
            self.kind("EXIT-02", "出口或通道被货物、摊位占用"),
        ]
        fire_kinds = [self.kind("FIRE-01", "自动喷水、火灾报警缺失、关停")]
        self.tops = [
            (self.top("EXIT", "出口和疏散", "门锁了、堵了、灯不亮"), exit_kinds),
            (self.top("FIRE", "消防设施", "喷淋、报警、防火门、消防通道"), fire_kinds),
            (
                self.top("PEOPLE", "证书、培训、用工", "假证、无证、没培训就上岗"),
                [self.kind("PEOPLE-02", "使用、买卖假冒证书")],
            ),
        ]
        self.kinds = {kind.code: kind for _, kinds in self.tops for kind in kinds}
        self.divisions = {"220302": SimpleNamespace(code="220302", zh="铁西区", en="Tiexi District", ko="")}
        office = say("四平市人民防空办公室")
        self.options = [
            (say("四平市"), office, [("220302", say("铁西区"), office), ("220322", say("梨树县"), say("梨树县人防办"))])
        ]

    def kind(self, code: str, zh: str) -> SimpleNamespace:
        return SimpleNamespace(code=code, zh=zh, en=f"Kind {code}", ko="")

    def top(self, code: str, zh: str, hint: str) -> SimpleNamespace:
        return SimpleNamespace(code=code, zh=zh, en=f"Top {code}", ko="", hint_zh=hint)

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
        return asked, answered

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

    def mailbox(self, *, seen: bool = False, withdrawn: bool = False) -> MailboxSheet:
        access = AccessSheet(
            at=NOW,
            authority=self.say("四平市人民防空办公室"),
            duty=Duty.INVESTIGATE,
            fields=(IdentityField.NAME, IdentityField.PHONE),
            reason=self.say("领奖核对身份"),
        )
        return MailboxSheet(
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
            accesses=(access,) if seen else (),
            phone_given=True,
            proof={"index": 17, "hash": "9f3c" * 16, "salt": "51ab" * 16, "opening": '{"event":"submitted"}'},
        )

    def case(self) -> CaseSheet:
        return CaseSheet(
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
            steps=self.steps(),
            decisions=(),
            decline_reasons=tuple(self.reasons.decline.values()),
            fresh=frozenset(),
            identity=(IdentityField.NAME, IdentityField.PHONE),
            phone_given=True,
            phone="138 0000 0000",
            actions=tuple(PERFORMERS),
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
            due_on=date(2026, 11, 24) + timedelta(days=left) if left is not None else None,
            days_left=left,
            late=late,
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
            counts={View.OPEN: 1_001, View.LATE: 1},
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

    def report_form(self, **data: str) -> ReportForm:
        codes = frozenset(self.kinds), frozenset({"220302", "220322"})
        form = ReportForm(kinds=codes[0], divisions=codes[1], today=NOW.date(), formdata=data_of(data))
        if data:
            form.validate()
        return form

    def all(self) -> dict[str, tuple[str, str, Callable[[], dict[str, object]]]]:
        """Name → (path, template, context); called inside a request."""
        say = self.say
        report = {"tops": self.tops, "division_options": self.options, "misconduct_open": False}
        policy = {"kinds": self.kinds, "divisions": self.divisions}

        def box(**kwargs: bool) -> dict[str, object]:
            return {
                "sheet": self.mailbox(**kwargs),
                "letter_form": LetterForm(),
                "fresh": frozenset(),
                "identity_form": IdentityForm(consented=True),
                "withdraw_form": WithdrawForm(),
                **policy,
            }

        def refused() -> dict[str, object]:
            form = self.report_form(
                category="EXIT-01", mode="identified", occurred_on="2030-01-01", phone="x", may_phone="y"
            )
            return {"form": form, **report}

        cast = [
            {
                "authority": say("四平市人民防空办公室"),
                "duties": (Duty.INTAKE,),
                "username": "lin",
                "password": "lan-jing-6-hao",
                "code": "123456",
            },
            {
                "authority": say("吉林省人民防空办公室"),
                "duties": (Duty.LEAD,),
                "username": "gao",
                "password": "feng-ye-7-hao",
                "code": "654321",
            },
        ]
        shown = {
            "offices": [{"name": one["authority"], "members": [one]} for one in cast],
            "disk": "01f3a9" * 60,
            "seen": say("用铁链子绕了三圈加挂锁。"),
        }
        error = {
            "status": 503,
            "title": say("没有收到"),
            "sentence": say("刚才没有保存成功。"),
            "todo": say("请过一会儿再点“提交”。"),
            "back": None,
        }
        table = (say("举报件"), [(say("内容"), say("封存"), say("办理这件事"))])
        return {
            "home": ("/", "intake/home.html", lambda: {"open": True, "tops": self.tops}),
            "closed": ("/", "intake/home.html", lambda: {"open": False, "tops": self.tops}),
            "report": ("/report", "intake/report.html", lambda: {"form": self.report_form(), **report}),
            "report-errors": ("/report", "intake/report.html", refused),
            "receipt": ("/report", "intake/receipt.html", lambda: {"sheet": self.receipt()}),
            "receipt-again": ("/report", "intake/receipt.html", lambda: {"sheet": self.receipt(again=True)}),
            "mailbox-entry": ("/mailbox", "intake/sign_in.html", lambda: {"form": ReceiptForm()}),
            "mailbox": ("/mailbox", "intake/mailbox.html", box),
            "mailbox-seen": ("/mailbox", "intake/mailbox.html", lambda: box(seen=True)),
            "mailbox-withdrawn": ("/mailbox", "intake/mailbox.html", lambda: box(withdrawn=True)),
            "privacy": ("/privacy", "intake/privacy.html", lambda: {"tables": [table]}),
            "login": ("/review/login", "review/sign_in.html", lambda: {"form": SignInForm()}),
            "queue": (
                "/review/",
                "review/queue.html",
                lambda: {
                    "sheet": self.queue(),
                    "officer": self.officer(),
                    "asked": Asked(Filters(), None, None, {}),
                    "views": tuple(View),
                    "states": tuple(CaseState),
                    "days": (7, 30),
                    "tops": self.tops,
                    **policy,
                },
            ),
            "case": (
                "/review/cases/x",
                "review/case.html",
                lambda: {
                    "sheet": self.case(),
                    "officer": self.officer(),
                    "forms": {kind.anchor: kind() for kind in FORMS},
                    "changed": None,
                    "forbidden": self.reasons.decline_forbidden.values(),
                    **policy,
                },
            ),
            "left": ("/mailbox/leave", "intake/left.html", dict),
            "error": ("/nowhere", "errors/error.html", lambda: error),
            "stale": ("/nowhere", "errors/stale.html", lambda: error),
            "demo": (
                "/demo",
                "demo.html",
                lambda: {
                    "steps": [say("举报一件事，记下查询码。"), say("用 lin 登录，受理它。")],
                    "shown": shown,
                },
            ),
        }


def data_of(data: dict[str, str]) -> ImmutableMultiDict | None:
    return ImmutableMultiDict(data) if data else None


PAGES = tuple(Samples(str).all())


def render(app: Flask, samples: Samples, name: str, query: str = "") -> str:
    """Draw one page as a view would."""
    path, template, context = samples.all()[name]
    with app.test_request_context(path + query):
        return render_template(template, **context())
