"""A small application with our install functions, and every template with a sheet to show."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template
from jinja2 import StrictUndefined
from werkzeug.datastructures import ImmutableMultiDict

from portal.domain.case_vocabulary import View
from portal.domain.disclosure import Part
from portal.domain.dossier import Dossier
from portal.domain.evidence import Fate, Flaw, Place, Unfit
from portal.domain.rewards import assess
from portal.domain.rewards_terms import Provision
from portal.domain.vocabulary import (
    Action,
    CaseState,
    DisclosureState,
    DisclosureStep,
    Duty,
    IdentityField,
)
from portal.intake.evidence_forms import PlaceForm
from portal.intake.forms import (
    ConsentForm,
    IdentityForm,
    LetterForm,
    ReceiptForm,
    ReportForm,
    StatementForm,
    WithdrawForm,
)
from portal.intake.objection_forms import ObjectionForm
from portal.intake.reward_forms import RewardTrial, choices_offered
from portal.office.alarm_sheets import CaseAlarms
from portal.office.case_file import FileSheet
from portal.office.house import Site
from portal.office.looking import Filters
from portal.office.sheets import FileProof
from portal.policy.loader import load_policies
from portal.review.case_forms import BackForm, TakeForm
from portal.review.filters import Asked
from portal.review.forms import SignInForm
from portal.review.views.case import FORMS
from portal.review.views.disclosures import FORMS as REQUEST_FORMS
from portal.web import display, forms, i18n, panels, passkeys, printed, reward_words, security, triage_words
from portal.web.pages import Pages
from portal.web.reward_terms_words import terms_in_words
from portal.web.sendings import Outcome
from tests.web import sheets_payouts, sheets_revocations, sheets_rewards
from tests.web.sheets import CASE, NOW, Sheets

ARTICLE = Provision("Art. 11", "C")  # articles are cited in Chinese whatever the page speaks
ROOT = Path(__file__).resolve().parents[2]


def rewarded(asked: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The reward rules, with what a made-up report would earn where one is asked for."""
    carried = load_policies().rewards
    rules = replace(
        carried.rules,
        provisions=dict.fromkeys(carried.rules.provisions, ARTICLE),
        rows=dict.fromkeys(carried.rules.rows, ARTICLE),
    )
    edition = replace(carried, rules=rules, heading=replace(carried.heading, source="No. 19"))
    trial = RewardTrial(dict(asked))
    return {
        "edition": edition,
        "in_force": True,
        "editions": [edition],
        "groups": terms_in_words(rules),
        "asked": trial,
        "found": assess(trial.facts, rules) if trial.facts else None,
        "offered": choices_offered(),
    }


def make_app(*, demo: bool = False, **spoken: Any) -> Flask:
    app = Flask("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"))
    app.jinja_environment = Pages
    app.config.update(SECRET_KEY="a key for tests alone", DEMO=demo)
    app.jinja_env.undefined = StrictUndefined
    i18n.install(app, **spoken)
    for part in (security, forms, panels, display, reward_words, printed, triage_words, passkeys):
        part.install(app)
    app.extensions["portal"] = SimpleNamespace(
        house=SimpleNamespace(secret=bytes(32), site=Site("http://localhost", "localhost")), clock=lambda: NOW
    )
    return app


class Samples(Sheets):
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

    def casefile(self) -> FileSheet:
        """A case file in which nothing is yet."""
        state = CaseState.VERIFYING
        return FileSheet(CASE, None, "EXIT-01", state, 17, (), Dossier(), (Action.FILE,), None, worker=False)

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
            sheet = self.mailbox(**kwargs)
            return {
                "sheet": sheet,
                "statement_forms": {one.id: StatementForm(request_id=one.id) for one in sheet.requests},
                "letter_form": LetterForm(),
                "fresh": frozenset(),
                "identity_form": IdentityForm(consented=True),
                "withdraw_form": WithdrawForm(),
                "consent_form": ConsentForm(),
                "objection_form": ObjectionForm(),
                **policy,
            }

        def refused() -> dict[str, object]:
            form = self.report_form(
                category="EXIT-01", mode="identified", occurred_on="2030-01-01", phone="x", may_phone="y"
            )
            return {"form": form, **report}

        def ask(
            state: DisclosureState, *steps: DisclosureStep, part: Part = Part.REQUESTER, read: bool = False
        ) -> tuple[str, str, Callable[[], dict[str, object]]]:
            values = {IdentityField.NAME: say("样例周（虚构）")} if read else {}
            return (
                "/review/disclosures/x",
                "review/disclosure.html",
                lambda: {
                    "sheet": self.disclosure(state, *steps, part=part),
                    "officer": self.officer(),
                    "forms": {kind.anchor: kind() for kind in REQUEST_FORMS},
                    "values": values,
                    "stale": False,
                    **policy,
                },
            )

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
            "mailboxes": [(say("不予受理，写着理由和依据"), "7KQ4M-2XD9H-BV3TN-8WJ5C-Z0RF6")],
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
            "evidence": (
                "/mailbox/evidence",
                "intake/evidence.html",
                lambda: {
                    "sheet": self.files(),
                    "form": forms.SendingForm(),
                    "outcomes": (
                        *(Outcome(number, file=self.file(number, fate)) for number, fate in enumerate(Fate, start=1)),
                        *(Outcome(4, flaw=flaw) for flaw in (*Flaw, *Unfit)),
                    ),
                    "looked": self.file(1),
                    "at": 1,
                    "place": Place(43.886841, 125.324501),
                    "place_form": PlaceForm(),
                },
            ),
            "printed": (
                "/mailbox/print",
                "intake/printed.html",
                lambda: {
                    "sheet": self.mailbox(),
                    "today": date(2026, 3, 2),
                    "done": [(date(2026, 3, 2), step) for step in self.steps() if not step.hour_only],
                },
            ),
            "accesses": ("/mailbox/accesses", "intake/accesses.html", lambda: {"sheet": self.accesses()}),
            "privacy": ("/privacy", "intake/privacy.html", lambda: {"tables": [table]}),
            "policy": ("/policy", "intake/policy.html", lambda: rewarded(())),
            "policy-award": (
                "/policy",
                "intake/policy.html",
                lambda: rewarded([("kind", "violation"), ("people", "3")]),
            ),
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
                    "officer_id": CASE,
                    "sheet": self.case(),
                    "casefile": self.casefile(),
                    "officer": self.officer(),
                    "forms": {kind.anchor: kind() for kind in FORMS},
                    "changed": None,
                    "alarms": CaseAlarms((), (), (), None),
                    "outcomes": (),
                    "back": "/review/",
                    "forbidden": self.reasons.decline_forbidden.values(),
                    "never": self.reasons.disclosure_forbidden.values(),
                    **policy,
                },
            ),
            "file": (
                "/review/cases/x/files/1",
                "review/file.html",
                lambda: {
                    "sheet": self.file(1),
                    "kept": FileProof(17, "5a" * 32),
                    "officer": self.officer(),
                    "form": TakeForm(),
                    "back_form": BackForm(formdata=None),
                    "at": 1,
                    "address": "/review/cases/x/files/1",
                    "back": "/review/cases/x",
                },
            ),
            "requests": (
                "/review/disclosures",
                "review/disclosures.html",
                lambda: {
                    "waiting": (self.request(DisclosureState.ASKED),),
                    "over": (self.request(DisclosureState.LAPSED),),
                    "keeps": True,
                    "officer": self.officer(),
                    **policy,
                },
            ),
            "request-lead": ask(DisclosureState.ASKED, DisclosureStep.LIFT, DisclosureStep.REFUSE, part=Part.LEAD),
            "request-custodian": ask(
                DisclosureState.LIFTED, DisclosureStep.RELEASE, DisclosureStep.REFUSE, part=Part.CUSTODIAN
            ),
            "request-reader": ask(DisclosureState.RELEASED, DisclosureStep.READ, DisclosureStep.CLOSE, read=True),
            **sheets_rewards.pages(say),
            **sheets_payouts.pages(say),
            **sheets_revocations.pages(say),
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
