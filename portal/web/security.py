"""Headers of every answer, refusal of requests that another site sent, and addresses of static files.

Pages are never compressed: a page that holds a secret beside what a stranger chose would leak it by its length.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden

from portal.web.i18n import gettext
from portal.web.requests import MAILBOX_COOKIE

EXIT_URL = "https://www.baidu.com/"  # where 快速离开 leads: nothing is plainer in anybody's history
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})  # `none`: typed, bookmarked or reloaded by the person
YEAR = 31_536_000
FOR_EVER = f"public, max-age={YEAR}, immutable"


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",  # browsers hold redirects to it too: intake/left.html leaves by refresh
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# Pages that offer a passkey or take files may run a script, and only a file of ours. It may open nothing, and fetch
# nothing but, where files are taken, what is ours.
SCRIPTED: Mapping[str, str] = {**POLICY, "script-src": "'self'"}
CONNECTED: Mapping[str, str] = {**SCRIPTED, "connect-src": "'self'"}
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _written(POLICY),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for webviews older than frame-ancestors
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def install(app: Flask) -> None:
    """Wire the headers, the gate against foreign requests, and `asset()` and `exit_url` for templates."""
    app.extensions["portal.assets"] = _digests(Path(app.static_folder)) if app.static_folder else {}
    app.jinja_env.globals.update(asset=asset, script=script, exit_url=EXIT_URL, mailbox_cookie=MAILBOX_COOKIE)
    app.before_request(refuse_foreign)
    app.after_request(add_headers)


def asset(name: str) -> str:
    """The address of a static file, with a digest of its content: it may be kept for a year."""
    digests: Mapping[str, str] = current_app.extensions["portal.assets"]
    return f"{current_app.static_url_path}/{name}?v={digests[name]}"


def ask_script(name: str, *, connects: bool = False) -> None:
    """Let the page of this request run one script of ours; `connects`: it may send something by itself."""
    g.script, g.script_policy = name, CONNECTED if connects else SCRIPTED


def script() -> str:
    """Which one it asked for; "" for none."""
    found: str = g.get("script", "")
    return found


def keep_for_ever() -> None:
    """Let whoever asked keep this answer: under its address there will never be another."""
    g.kept = True


def refuse_foreign() -> None:
    """Refuse to change anything for a request that a page of another site sent.

    Our own `no-referrer` makes browsers send `Origin: null` with our own forms, so `null` alone says nothing;
    Fetch Metadata, the SameSite cookie and the CSRF token decide then.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign_site = site is not None and site not in OWN_SITE
    foreign_origin = origin not in {None, "null"} and _host_of(origin or "") != request.host
    if foreign_site or foreign_origin:
        raise Forbidden(gettext("这个请求是从别的网站发来的，没有执行。请在本站的页面上操作。"))


def _host_of(origin: str) -> str | None:
    """Host and port of an origin; None for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def add_headers(response: Response) -> Response:
    """Put the headers on; only static files asked for by their digest, and what never changes, may be kept."""
    if script():
        response.headers["Content-Security-Policy"] = _written(g.script_policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "kept" in g and response.status_code < 400:  # noqa: PLR2004 — HTTP
        response.headers["Cache-Control"] = FOR_EVER
        response.headers.pop("Set-Cookie", None)
    elif request.endpoint != "static" or response.status_code >= 400:  # noqa: PLR2004 — HTTP
        response.headers["Cache-Control"] = "no-store"
    else:
        known = request.args.get("v") in current_app.extensions["portal.assets"].values()
        response.headers["Cache-Control"] = FOR_EVER if known else "no-cache"
        response.headers.pop("Set-Cookie", None)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={2 * YEAR}; includeSubDomains"
    return response


def _digests(folder: Path) -> Mapping[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
