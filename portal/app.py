"""The factory: one application from one frozen settings value; nothing lives at module level."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from crypto.keys import SecretKey, SigningKey
from crypto.primitives import KEY_SIZE, derive
from portal.measures import Measures
from portal.office.opening import open_house
from portal.policy.loader import carried
from portal.settings import Settings
from portal.store.session import open_store
from portal.web import (
    alarm_words,
    display,
    errors,
    forms,
    gates,
    health,
    i18n,
    limits,
    metrics,
    panels,
    passkeys,
    printed,
    reward_words,
    security,
    triage_words,
    uploads,
)
from portal.web.address import PublicAddress
from portal.web.pages import Pages
from portal.web.requests import Portal, system_clock

# What pages are made with, in the order in which it goes into an application.
PARTS = (
    security,
    display,
    alarm_words,
    triage_words,
    reward_words,
    printed,
    forms,
    panels,
    passkeys,
    uploads,
    errors,
    gates,
)
BODY_LIMIT = 1_000_000  # bytes of a request; over it: 413
FORM_PARTS = 100
LANGUAGES = ("zh-Hans", "en", "ko")
PUBLIC_LANGUAGES = ("ko",)  # for Yanbian's reporters; officers' pages are not in it
HERE = Path(__file__).resolve().parent


def open_portal(settings: Settings, clock: Callable[[], datetime]) -> Portal:
    """Open the database and what use cases need. Raises StartError when files and database do not belong together."""
    store = open_store(settings.database_url)
    return Portal(store, open_house(settings, store), clock)


def read_ahead() -> None:
    """Do once what each process would else do for itself, after they part: the package's words and rules are read.

    So are OpenSSL's tables, at the first use of a key. This one is of zeros, and nothing that is asked of it here draws
    randomness, whose state processes must not share.
    """
    i18n.read_ahead(LANGUAGES)
    carried()
    nobodys = bytes(KEY_SIZE)
    SigningKey(nobodys).sign(SecretKey(nobodys).public.raw)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = system_clock,
    shared: Path | None = None,
    opened: Portal | None = None,
) -> Flask:
    """Make the application. Raises StartError when files and database do not belong together.

    `shared` is where processes that serve together count; without it this one counts alone. `opened` is what it serves
    where that is open already.
    """
    app = Flask(__name__, static_folder=str(HERE / "static"), template_folder=str(templates()))
    app.jinja_environment = Pages
    measures = Measures(shared)
    portal = opened or open_portal(settings, clock)
    house = portal.house
    house.kdf.tell = measures.signing_in
    app.extensions["portal"] = replace(portal, store=replace(portal.store, failed=measures.database_failed))
    app.extensions["portal.settings"] = settings
    app.secret_key = derive(settings.secret, "form-cookie")
    _configure(app, demo=house.demo)
    app.jinja_env.undefined = StrictUndefined
    metrics.install(app, measures)
    for part in PARTS:
        part.install(app)
    i18n.install(app, languages=LANGUAGES, public=PUBLIC_LANGUAGES, pseudo=settings.pseudo_locale)
    limits.install(app, settings)
    app.register_blueprint(health.machines)
    _areas(app, settings)
    app.wsgi_app = PublicAddress(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, *, demo: bool) -> None:
    app.config.update(
        DEMO=demo,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        MAX_FORM_PARTS=FORM_PARTS,
        SESSION_COOKIE_NAME="__Host-form",  # holds the CSRF token's seed and nothing else
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
    )


def templates() -> Path:
    """Where the pages are: inside the package in a wheel, beside it in a checkout."""
    inside = HERE / "templates"
    return inside if inside.is_dir() else HERE.parent / "templates"


def _areas(app: Flask, settings: Settings) -> None:
    """Register what this host serves."""
    if "intake" in settings.areas:
        from portal.intake import blueprints as public  # noqa: PLC0415 — an office host loads no public page
        from portal.intake import views as _public  # noqa: F401, PLC0415 — they register themselves

        app.register_blueprint(public.intake)
        app.register_blueprint(public.box)
    if "review" in settings.areas:
        from portal.review import blueprints as office  # noqa: PLC0415 — a public host loads no office page
        from portal.review import views as _office  # noqa: F401, PLC0415

        app.register_blueprint(office.signing)
        app.register_blueprint(office.review)
