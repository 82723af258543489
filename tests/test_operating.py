"""What the operator's page and the examples say stays true: variables and figures that exist, and safe settings."""

import re
from pathlib import Path

import pytest

from portal.measures import Measures
from portal.settings import VARIABLES

DOCS = Path(__file__).resolve().parent.parent / "docs"
EXAMPLES = DOCS / "examples"
PAGE = (DOCS / "operating.md").read_text("utf-8")
UNITS = ("shaoyin.service", "shaoyin-tick.service")
MUST = (  # of both units
    "LimitCORE=0",
    "MemorySwapMax=0",
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "CapabilityBoundingSet=",
    "UMask=0077",
    "IPAddressDeny=any",
)


def read(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


def code(name: str) -> str:
    """Without comments."""
    return re.sub(r"(^|\s)#.*", "", read(name))


def test_the_table_of_variables_is_what_the_settings_know() -> None:
    table = re.findall(r"^\| `(PORT[A-Z_]*)` \|", PAGE, re.MULTILINE)
    assert sorted(table) == sorted([*VARIABLES, "PORT"])


def test_every_figure_to_be_watched_is_told_under_that_name() -> None:
    named = set(re.findall(r"^\| `(portal_[a-z_]+)` \|", PAGE, re.MULTILINE))
    measures = Measures(None)
    measures.worked("tick")
    told = measures.told(()).decode() + (DOCS.parent / "portal/web/metrics.py").read_text("utf-8")
    assert named
    assert [name for name in named if name not in told] == []


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_uses_variables_that_exist_and_credentials_that_it_loads(unit: str) -> None:
    given = dict(re.findall(r"^Environment=(\w+)=(\S+)$", read(unit), re.MULTILINE))
    assert set(given) <= set(VARIABLES)
    loaded = set(re.findall(r"^LoadCredential=([\w.]+):/etc/shaoyin/\1$", read(unit), re.MULTILINE))
    assert {value.removeprefix("%d/") for value in given.values() if value.startswith("%d/")} == loaded
    keys = {"PORTAL_SECRET_KEY_FILE", "PORTAL_PEPPER", "PORTAL_LOG_KEY", "PORTAL_PROMISE_KEY", "PORTAL_ENTRY_KEYS"}
    assert keys | {"PORTAL_ROOT_KEY"} <= set(given)


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_keeps_memory_off_the_disk_and_the_service_in_its_place(unit: str) -> None:
    lines = code(unit).splitlines()
    assert [setting for setting in MUST if setting not in lines] == []


def test_stopping_may_take_as_long_as_requests_may() -> None:
    """gunicorn's grace is 30 seconds; systemd must not kill before."""
    assert int(re.search(r"TimeoutStopSec=(\d+)", read("shaoyin.service"))[1]) > 30
    assert "KillMode=mixed" in read("shaoyin.service")


def test_the_timer_is_faster_than_officers_are_shut_out() -> None:
    assert "OnCalendar=*:0/2" in read("shaoyin-tick.timer")


@pytest.mark.parametrize("proxy", ["Caddyfile", "nginx.conf"])
def test_a_proxy_hides_what_is_for_machines(proxy: str) -> None:
    for path in ("/metrics", "/readyz", "/healthz"):
        assert path in code(proxy)
    assert "8000" in code(proxy)


def test_nginx_writes_nothing_of_anybody_to_a_disk() -> None:
    said = code("nginx.conf")
    for setting in (
        "access_log off;",
        "client_body_in_file_only off;",
        "proxy_request_buffering off;",
        "proxy_buffering off;",
        "proxy_max_temp_file_size 0;",
        "gzip off;",
        "worker_rlimit_core 0;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
    ):
        assert setting in said, setting
    assert "$proxy_add_x_forwarded_for" not in said
    assert re.findall(r"error_log\s+\S+\s+(\w+)", said) == ["crit"]


def test_caddy_logs_no_request_and_compresses_nothing() -> None:
    said = code("Caddyfile")
    assert "exclude http.log.access http.log.error" in said
    assert "encode" not in said
    assert not re.search(r"^\tlog\b(?! default)", said, re.MULTILINE)


def test_every_example_is_named_on_the_page() -> None:
    assert [file.name for file in EXAMPLES.iterdir() if f"(examples/{file.name})" not in PAGE] == []
