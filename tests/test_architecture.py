"""The house rules, each a small check over the source that reports what breaks it, and each proved able to fail."""

import ast
import graphlib
import os
import re
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

import pytest

import crypto

ROOT = Path(__file__).parent.parent
TOP = ("app", "bodies", "cli", "jobs", "posting", "scratch", "serving", "worker", "__main__")
LAYERS = (  # from the ground up; a module imports its own floor and those below
    ("crypto",),
    ("portal.domain",),
    ("portal.copying", "portal.printing"),  # the children that decode or typeset: they know the words of the domain
    ("portal.policy",),
    ("portal.environment", "portal.outgoing", "portal.settings", "portal.logs", "portal.measures"),
    ("portal.store",),
    ("portal.office",),
    ("portal.web",),
    ("portal.intake", "portal.review"),
    tuple(f"portal.{name}" for name in TOP),
)
APART = ("portal.intake", "portal.review")  # neighbours that never meet
PURE = ("crypto", "portal.domain", "portal.policy")
FRAMEWORKS = {"flask", "flask_wtf", "flask_limiter", "wtforms", "werkzeug", "jinja2", "gunicorn", "click"}
DATABASE = {"sqlalchemy", "alembic", "sqlite3", "psycopg"}
WORLD = {"environ", "getenv", "now", "utcnow", "today", "time", "time_ns", "monotonic", "urandom", "uuid1", "uuid4"}
DICE = {"secrets", "random"}
MAY_COMMIT = ("portal.store.session", "portal.cli", "portal.jobs")
QUERIES = {"where", "filter", "filter_by", "having", "case", "CheckConstraint"}
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = {"list", "dict", "set", "defaultdict", "deque", "OrderedDict", "Counter", "bytearray"}
MARKUP = re.compile(
    r"\|\s*safe\b|autoescape\s+false|\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|\sstyle\s*=|<style\b|javascript:"
    r"|\bstate\s*(?:==|!=|in\b)",
    re.IGNORECASE,
)
FOREIGN = re.compile(
    r"pypi\.org|python[h]osted|npm[j]s|deb[.]debian|/wor[k]/|/opt/pyp[i]|/root[/]|/tmp/s[t]udio|[.][.]/share[d]"
)


@dataclass(frozen=True)
class Source:
    """One Python file; `name` is dotted."""

    name: str
    text: str
    known: frozenset[str] = frozenset()

    @cached_property
    def tree(self):
        return ast.parse(self.text)

    def within(self, *packages):
        return any(self.name == package or self.name.startswith(package + ".") for package in packages)

    def imports(self):
        """Each imported module, dotted, with its line; `from package import module` counts as the module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = node.module if not node.level else f"relative:{node.module}"
                for alias in node.names:
                    whole = f"{base}.{alias.name}"
                    yield (whole if whole in self.known or base == "portal" else base), node.lineno


def dotted(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources():
    paths = [path for top in ("portal", "crypto") for path in sorted((ROOT / top).rglob("*.py"))]
    known = frozenset(map(dotted, paths))
    return [Source(dotted(path), path.read_text(encoding="utf-8"), known) for path in paths]


def texts(*tops, endings):
    for path in (path for top in tops for path in sorted((ROOT / top).rglob("*")) if path.suffix in endings):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def floor(name):
    for level, packages in enumerate(LAYERS):
        if Source(name, "").within(*packages):
            return level
    return None


def upward(source):
    """Imports of a floor above, of the neighbour, of no floor, or relative ones, which hide the floor."""
    own = floor(source.name)
    for name, line in source.imports():
        if name.startswith("relative:"):
            yield f"{line}: relative import"
        if not Source(name, "").within("portal", "crypto"):
            continue
        other = floor(name)
        apart = any(source.within(near) and Source(name, "").within(far) for near, far in (APART, APART[::-1]))
        if own is None or other is None or other > own or apart:
            yield f"{line}: imports {name}"


def worldly(source):
    """What pure code may not know: frameworks, database, environment, clock, chance."""
    if not source.within(*PURE):
        return
    banned = FRAMEWORKS | DATABASE | (set() if source.within("crypto") else DICE)
    for name, line in source.imports():
        if name.split(".")[0] in banned:
            yield f"{line}: imports {name}"
    allowed = {"urandom"} if source.within("crypto") else set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in WORLD - allowed and isinstance(node.value, ast.Name):
            if node.value.id in {"os", "datetime", "date", "time", "uuid", "dt"}:
                yield f"{node.lineno}: {node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module in {"os", "time", "uuid"}:
            yield from (f"{node.lineno}: {alias.name}" for alias in node.names if alias.name in WORLD - allowed)


def framed(source):
    """Frameworks where only cases and rows are known."""
    if source.within("portal.office", "portal.store"):
        yield from (f"{line}: imports {name}" for name, line in source.imports() if name.split(".")[0] in FRAMEWORKS)


def foreign_to_crypto(source):
    """Whatever crypto takes beside the standard library and `cryptography`."""
    if source.within("crypto"):
        for name, line in source.imports():
            top = name.split(".")[0]
            if top not in {"crypto", "cryptography"} and top not in sys.stdlib_module_names:
                yield f"{line}: imports {name}"


def cycles(modules):
    graph = {module.name: {name for name, _ in module.imports()} & module.known - {module.name} for module in modules}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" → ".join(error.args[1])]
    return []


def too_long(source):
    if source.within("portal.store.migrations"):  # as Alembic wrote them
        return
    lines = len(source.text.splitlines())
    if lines > 350:
        yield f"{lines} lines"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 40:
            yield f"{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"


def committing(source):
    if not source.within(*MAY_COMMIT):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                yield f"{node.lineno}: commit()"


def deciding(source):
    """Comparisons with a case's state outside the domain; a query's condition is no decision."""
    if source.within("portal.domain"):
        return
    asked = {
        id(inner)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in QUERIES
        for inner in ast.walk(node)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare | ast.match_case) and id(node) not in asked:
            subject = node.pattern if isinstance(node, ast.match_case) else node
            if any(isinstance(part, ast.Name) and part.id == "CaseState" for part in ast.walk(subject)):
                yield f"{subject.lineno}: compares with CaseState"


def remembering(source):
    """State that a module keeps: `global`, or a mutable value under a lower-case name."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Global):
            yield f"{node.lineno}: global {', '.join(node.names)}"
    for node in source.tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        made = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") in MAKERS
        names = [
            target.id for target in getattr(node, "targets", [getattr(node, "target", None)]) if hasattr(target, "id")
        ]
        if made or isinstance(node.value, MUTABLE):
            yield from (f"{node.lineno}: {name}" for name in names if not name.isupper() and not name.startswith("__"))


def unsafe_markup(text):
    return [f"{text.count(chr(10), 0, hit.start()) + 1}: {hit[0].strip()}" for hit in MARKUP.finditer(text)]


RULES = (upward, worldly, framed, foreign_to_crypto, too_long, committing, deciding, remembering)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule):
    assert [f"{source.name}:{found}" for source in sources() for found in rule(source)] == []


def test_no_modules_import_each_other_in_a_circle():
    assert cycles(sources()) == []


def test_no_test_or_benchmark_is_too_long_to_read():
    long = [
        f"{path}: {lines}"
        for path, text in texts("tests", "bench", endings={".py"})
        if (lines := text.count("\n")) > 350
    ]
    assert long == []


def test_templates_hold_no_script_style_raw_markup_or_decision():
    found = [
        f"{path}:{hit}"
        for path, text in texts("templates", endings={".html", ".txt", ".svg"})
        for hit in unsafe_markup(text)
    ]
    assert found == []


def test_crypto_is_ours_and_no_package_of_the_same_name():
    assert Path(crypto.__file__).parent == ROOT / "crypto"


def test_no_file_names_a_registry_or_a_path_of_some_machine():
    passed = [".git", *(ROOT / ".gitignore").read_text(encoding="utf-8").replace("/", "").split()]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:], kept = (
            [one for one in some if not any(fnmatch(one, p) for p in passed)] for some in (folders, names)
        )
        for path in (Path(folder, name) for name in kept):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in FOREIGN.finditer(text)]
    assert found == []


LONG = "def f():\n" + "    x = 1\n" * 40

BROKEN = [
    (upward, "crypto.keys", "import portal.domain.errors"),
    (upward, "portal.domain.clocks", "from portal.policy.loader import load_policies"),
    (upward, "portal.store.cases", "from portal.office import casework"),
    (upward, "portal.intake.views", "def f():\n    from portal.review import forms"),
    (upward, "portal.review.views", "from portal import intake"),
    (upward, "portal.web.forms", "from portal.app import create_app"),
    (upward, "portal.web.forms", "from . import text"),
    (upward, "portal.attic", "import crypto"),
    (worldly, "portal.domain.clocks", "from datetime import datetime\nat = datetime.now()"),
    (worldly, "portal.domain.clocks", "import os\nhome = os.environ['HOME']"),
    (worldly, "portal.domain.rewards", "from uuid import uuid4"),
    (worldly, "portal.domain.rewards", "import secrets"),
    (worldly, "portal.policy.loader", "import sqlalchemy.orm"),
    (worldly, "crypto.tree", "import time\nat = time.time()"),
    (worldly, "crypto.tree", "from flask import g"),
    (framed, "portal.office.reports", "from flask_wtf import FlaskForm"),
    (framed, "portal.store.cases", "import wtforms"),
    (foreign_to_crypto, "crypto.keys", "import nacl"),
    (too_long, "portal.web.forms", "x = 1\n" * 351),
    (too_long, "portal.web.forms", LONG),
    (committing, "portal.office.reports", "session.commit()"),
    (committing, "portal.intake.views", "with transaction() as s:\n    s.commit()"),
    (deciding, "portal.review.views", "if case.state == CaseState.RECEIVED:\n    pass"),
    (deciding, "portal.office.casework", "open_ = case.state in {CaseState.RECEIVED, CaseState.AWAITING}"),
    (deciding, "portal.office.casework", "match state:\n    case CaseState.CLOSED:\n        pass"),
    (remembering, "portal.web.limits", "seen = {}"),
    (remembering, "portal.web.limits", "seen: set[str] = set()"),
    (remembering, "portal.web.limits", "def f():\n    global seen\n    seen = 1"),
]
SOUND = [
    (upward, "portal.review.views", "from portal.office import casework\nimport crypto.keys\nimport flask"),
    (worldly, "portal.domain.clocks", "def due(now):\n    return now.time()"),
    (worldly, "crypto.primitives", "import os\nkey = os.urandom(32)"),
    (framed, "portal.web.forms", "import wtforms"),
    (too_long, "portal.web.forms", LONG[: -len("    x = 1\n")]),
    (committing, "portal.store.session", "session.commit()"),
    (deciding, "portal.store.cases", "select(Case).where(Case.state == CaseState.RECEIVED)"),
    (deciding, "portal.domain.lifecycle", "if state is CaseState.CLOSED:\n    pass"),
    (remembering, "portal.domain.audit", "TABLE = {}\nname = 'x'\n__all__ = ['a']\ndef f():\n    own = []"),
]


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_each_rule_notices_what_breaks_it(rule, name, text):
    assert len(list(rule(Source(name, text, frozenset({"portal.office.casework"}))))) == 1


@pytest.mark.parametrize(("rule", "name", "text"), SOUND)
def test_each_rule_lets_pass_what_keeps_it(rule, name, text):
    assert list(rule(Source(name, text))) == []


def test_a_circle_is_noticed_also_inside_functions():
    known = frozenset({"portal.office.a", "portal.office.b"})
    one = Source("portal.office.a", "from portal.office import b", known)
    two = Source("portal.office.b", "def f():\n    from portal.office.a import x", known)
    assert len(cycles([one, two])) == 1
    assert cycles([one, Source("portal.office.b", "", known)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ x|safe }}",
        "{{ x | safe }}",
        '<a onclick="x()">',
        "<script>x()</script>",
        '<p style="color: red">',
        "<style>",
        "{% if case.state == 'closed' %}",
    ],
)
def test_unsafe_markup_is_noticed(text):
    assert len(unsafe_markup(text)) == 1


@pytest.mark.parametrize(
    "text", ['<script src="{{ url }}" defer></script>', "{{ case.state }}", "安全|safely", '<p class="style">']
)
def test_plain_markup_passes(text):
    assert unsafe_markup(text) == []


@pytest.mark.parametrize(
    "parts", [("files.python", "hosted.org"), ("/wor", "k/main"), ("..", "/shared/x"), ("/root", "/.cache")]
)
def test_a_foreign_address_is_noticed(parts):
    assert FOREIGN.search("".join(parts))
