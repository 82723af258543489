"""What leaves the house: the wheel carries all that the portal reads, and the locks say exactly what it runs on."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.server import free_port
from portal.policy.loader import load_policies
from portal.settings import VERSION

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parent.parent
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9-]+)==(\S+?)(?: ;.*)? \\$", re.MULTILINE)
PATIENCE = 60  # seconds
BROUGHT = {"jinja2", "markupsafe", "werkzeug"}  # Flask's own parts, imported for their types


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements):
    return {normal(re.match(r"[A-Za-z0-9._-]+", line)[0]) for line in requirements}


def shipped(*tops):
    """Every file that a checkout holds under these folders."""
    paths = (path for top in tops for path in (ROOT / top).rglob("*"))
    return {
        path.relative_to(ROOT).as_posix() for path in paths if path.is_file() and path.suffix not in {".pyc", ".mo"}
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_and_every_template(wheel):
    expected = shipped("portal", "crypto") | {f"portal/{name}" for name in shipped("templates")}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected


def test_the_wheel_holds_what_is_read_at_run_time(wheel):
    held = zipfile.ZipFile(wheel).namelist()
    for part in (
        "portal/templates/",
        "portal/policy/clocks/",
        "portal/locale/en/",
        "portal/static/",
        "portal/store/migrations/",
    ):
        assert any(name.startswith(part) for name in held), part


def test_the_version_that_figures_tell_is_the_one_that_is_built():
    assert DECLARED["project"]["version"] == VERSION


def test_the_wheel_holds_the_licence_and_the_command(wheel):
    archive = zipfile.ZipFile(wheel)
    info = {name.split("/", 1)[1]: name for name in archive.namelist() if ".dist-info/" in name}
    assert b"Apache License" in archive.read(info["licenses/LICENSE"])
    assert b"portal = portal.cli:main" in archive.read(info["entry_points.txt"])


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel in a folder of its own, without the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    install = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], capture_output=True, check=True)
    return folder


def elsewhere(installed, script, **environ):
    """Start Python where the installed wheel comes first on the path."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(installed)!r})\n{script}"],
        cwd=installed,
        env={"PATH": os.environ["PATH"], **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_installed_wheel_reads_its_own_policy_data(installed):
    script = (
        "import portal, crypto\nfrom portal.policy.loader import load_policies\n"
        "print(portal.__file__, crypto.__file__, len(load_policies().clocks.rules), sep='\\n')"
    )
    out, err = elsewhere(installed, script).communicate(timeout=PATIENCE)
    portal, crypto, rules = out.splitlines()
    assert err == ""
    assert Path(portal).is_relative_to(installed)
    assert Path(crypto).is_relative_to(installed)
    assert int(rules) == len(load_policies().clocks.rules)


def test_an_installed_wheel_serves_its_pages(installed, template, tmp_path):
    shutil.copytree(template.home, tmp_path / "home")
    port = str(free_port())
    script = "from portal.cli import main; main(['run'])"
    server = elsewhere(installed, script, PORTAL_HOME=str(tmp_path / "home"), PORT=port)
    try:
        assert port in server.stdout.readline()
        for path in ("/", "/report", "/review/login", "/static/site.css"):
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
                assert answer.status == 200
    finally:
        server.terminate()
        _, err = server.communicate(timeout=PATIENCE)
    assert err == ""


@pytest.mark.parametrize("lock", ["runtime", "s3", "dev"])
def test_a_lock_pins_every_direct_dependency_by_version_and_hash(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    pins = {name for name, _ in PIN.findall(text)}
    wanted = names(DECLARED["project"]["dependencies"])
    if lock == "s3":
        wanted |= names(DECLARED["project"]["optional-dependencies"]["s3"])
    if lock == "dev":
        wanted |= names(DECLARED["dependency-groups"]["dev"])
    assert wanted <= pins
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [entry.splitlines()[0] for entry in entries if entry and "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ["runtime", "s3", "dev"])
def test_a_lock_names_no_place_to_fetch_from(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert re.findall(r"://|--index|--extra|--find|--trusted|@ ", text) == []


def test_tests_run_on_what_is_served():
    runtime, dev = (
        PIN.findall((ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")) for lock in ("runtime", "dev")
    )
    assert set(runtime) <= set(dev)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    imported = set()
    for path in shipped("portal", "crypto"):
        if path.endswith(".py"):
            found = re.findall(r"^\s*(?:from|import) (\w+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
            imported |= set(found)
    imported -= {*sys.stdlib_module_names, "portal", "crypto"}
    providers = packages_distributions()
    used = {normal(providers[module][0]) for module in imported if module in providers}
    extras = DECLARED["project"]["optional-dependencies"]  # psycopg is imported by SQLAlchemy, not by us
    ours = {name for extra in extras.keys() - {"postgres"} for name in names(extras[extra])}
    assert used - BROUGHT == names(DECLARED["project"]["dependencies"]) | ours


def test_every_direct_dependency_has_its_reason_written_down():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for name, version in PIN.findall((ROOT / "requirements/dev.txt").read_text(encoding="utf-8")):
        if name in names(DECLARED["project"]["dependencies"]) | names(DECLARED["dependency-groups"]["dev"]):
            assert any(f"{name} {version}" in row for row in rows), f"{name} {version}"
