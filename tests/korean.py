"""What a reporter or the public may read, sentence by sentence, and which of it the Korean catalogue does not say yet.

`python -m tests.korean` lists what is missing, with where it stands, as entries to fill in. Officers' pages are not
offered in Korean, so the words that officers alone meet are left out, by name.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from portal.domain.money import AmountFlaw
from portal.office.history import READINGS, REQUESTS_TOLD, TOLD
from portal.web import paper_words
from portal.web.event_words import EVENTS, NOTICES

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "portal/locale/ko/LC_MESSAGES/portal.po"
MARKS = frozenset({"gettext", "ngettext", "N_", "_"})
# Whole templates; of the macros those that these call.
PAGES = ("intake/*.html", "errors/*.html", "layout/page.html", "layout/public.html", "layout/mailbox.html", "demo.html")
MODULES = (
    "intake/**/*.py",
    *(f"web/{name}.py" for name in ("words", "file_words", "award_words", "paper_words", "slips", "security")),
    *(
        f"web/{name}.py"
        for name in ("display", "time_left", "clock_words", "reward_next", "reward_words", "reward_terms_words")
    ),
    *(f"web/{name}.py" for name in ("printed_rewards", "forms", "errors")),
)
# By module, enums, tables, functions and single sentences that officers alone meet.
OFFICERS: Mapping[str, frozenset[str]] = {
    "words": frozenset(
        {"AuthorityKind", "AlarmKind", "RaiseReason", "DownReason", "Channel", "Action", "FieldState", "DisclosureStep"}
        | {"OfficerState", "MotionKind", "EditionKind", "Standing", "Level", "MotionState"}
    ),
    "file_words": frozenset({"BackReason", "NEEDED"}),
    "award_words": frozenset(
        {"AwardStep", "PayoutStep", "AwardView", "PayoutView", "ReturnWhy", "BankListState", "BankAnswer", "BANK_SNAGS"}
        | {"NameCheck", "Document"}
    ),
    "paper_words": frozenset(
        {"PaperKind", "Target", "PenaltyKind", "PenaltyFor", "PenaltyStatus", "Verdict"}
        | {"FLAWS", "UNFINISHED", "FACTS"}
    ),
    "time_left": frozenset({"line_remaining"}),
    "display": frozenset({"REACHES", "aged", "_terms", "_reach", "office_links"}),
    "clock_words": frozenset({"FLAWS", "_terms"}),
    "reward_next": frozenset(
        {"DESK_NEXT", "JUDGE", "UNREAD", "NAMED", "DUE", "LATE_ELSEWHERE", "PAY_NEXT", "PAY_SECOND", "PAY_COUNTER"}
        | {"REVIEW", "PAY_LISTED", "BANK_FETCH", "offices_to_list"}
    ),
    "errors": frozenset(
        {"RecusedError", "InterestError", "RecusedOfficerError", "SamePersonError", "OwnMotionError", "OwnAwardError"}
        | {"AwardOpenError", "NoJudgeError", "AwardSumError", "SeatConflictError", "UncertifiedOfficerError"}
        | {"SeatedAlreadyError", "EstablishError", "EditionError", "ReferralError", "DisputeError", "MergeError"}
        | {"MustReferError", "BankListError"}
    ),
    "printed_rewards": frozenset(
        {"approval_form", "_proposed", "_decided", "public_notice", "_called", "payment_sheet", "_letter"}
        | {"_signatures", "_printed"}
    ),
}


@dataclass
class Found:
    """Sentences and where each stands first."""

    said: dict[str, str] = field(default_factory=dict)

    def note(self, message: object, where: str) -> None:
        if isinstance(message, str):
            self.said.setdefault(message, where)


def of_reporters() -> dict[str, str]:
    """Every sentence that a reporter or the public may read, and the file it stands in."""
    found = Found()
    _templates(found)
    for path in sorted({path for pattern in MODULES for path in (ROOT / "portal").glob(pattern)}):
        skipped = OFFICERS.get(path.stem, frozenset()) if path.parent.name == "web" else frozenset()
        for message in _of_module(ast.parse(path.read_text()), skipped):
            found.note(message, str(path.relative_to(ROOT)))
    for name in sorted(TOLD | READINGS | REQUESTS_TOLD):
        found.note(EVENTS[name], "portal/web/event_words.py")
    for flaw in AmountFlaw:  # a sum of money is typed by reporters too
        found.note(paper_words.FLAWS[flaw], "portal/web/paper_words.py")
    for name in sorted(_notices()):
        found.note(NOTICES[name], "portal/web/event_words.py")
    return found.said


def _of_module(node: ast.AST, skipped: frozenset[str]) -> Iterator[object]:
    """The marked sentences below a node, but for what is skipped by its name or its key."""
    if isinstance(node, ast.FunctionDef | ast.Assign | ast.AnnAssign) and _names(node) & skipped:
        return
    if isinstance(node, ast.Call) and getattr(node.func, "id", None) in MARKS and node.args:
        yield getattr(node.args[0], "value", None)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        children = [each for key, each in pairs if getattr(key, "id", getattr(key, "attr", None)) not in skipped]
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _of_module(child, skipped)


def _names(node: ast.FunctionDef | ast.Assign | ast.AnnAssign) -> set[str]:
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}


def _notices() -> set[str]:
    """What a page of reporters says was done a moment ago: what follows `done=` in an address."""
    said = "".join(path.read_text() for path in (ROOT / "portal/intake").rglob("*.py"))
    said += "".join(path.read_text() for path in (TEMPLATES / "intake").glob("*.html"))
    after = {word for tail in re.findall(r"done=(.{1,60})", said) for word in re.findall(r"[a-z][a-z-]*", tail)}
    return after & set(NOTICES)


TEMPLATES = ROOT / "templates"


def _templates(found: Found) -> None:
    """The sentences of pages, and of the macros that these call, and these again."""
    environment = Environment(autoescape=True)
    trees: dict[str, nodes.Template] = {}
    waiting = [(str(path.relative_to(TEMPLATES)), "") for pattern in PAGES for path in sorted(TEMPLATES.glob(pattern))]
    seen = set(waiting)
    while waiting:
        name, macro = waiting.pop()
        if name not in trees:
            trees[name] = environment.parse((TEMPLATES / name).read_text())
        for called in _of_template(trees[name], name, macro, found):
            if called not in seen:
                seen.add(called)
                waiting.append(called)


def _of_template(tree: nodes.Template, name: str, macro: str, found: Found) -> Iterator[tuple[str, str]]:
    """Note a template's sentences, or one macro's; and yield the macros that it calls."""
    own = {one.name: one for one in tree.find_all(nodes.Macro)}
    within = own[macro] if macro else tree
    came = {said: one.template.value for one in tree.find_all(nodes.FromImport) for said in one.names}
    for call in within.find_all(nodes.Call):
        spoken = getattr(call.node, "name", None)
        if spoken in MARKS and call.args:
            found.note(getattr(call.args[0], "value", None), f"templates/{name}")
        elif spoken in came:
            yield came[spoken], spoken
        elif spoken in own:
            yield name, spoken


def spoken() -> set[str]:
    """What the Korean catalogue says."""
    with CATALOGUE.open("rb") as file:
        entries = read_po(file, locale="ko")
    return {one.id[0] if isinstance(one.id, tuple) else one.id for one in entries if one.id and all([one.string])}


def missing() -> dict[str, str]:
    """What reporters may read and the catalogue does not say, with the file it stands in."""
    said = spoken()
    return {message: where for message, where in of_reporters().items() if message not in said}


def listed(lacking: Mapping[str, str]) -> str:
    """As entries to fill in, by file."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for message, where in lacking.items():
        by_file[where].append(message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
    return "\n".join(
        f"#. {where}\n" + "\n".join(f'msgid "{message}"\nmsgstr ""\n' for message in messages)
        for where, messages in sorted(by_file.items())
    )


if __name__ == "__main__":
    lacking = missing()
    print(listed(lacking), f"# {len(lacking)} of {len(of_reporters())} sentences are missing in Korean", sep="\n")  # noqa: T201
    sys.exit(bool(lacking))
