"""Every template, drawn with sheets made here."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.reader import Page
from tests.web.samples import PAGES, Samples, make_app, render


@pytest.fixture
def app() -> Flask:
    return make_app()


@pytest.fixture
def app_with() -> Callable[..., Flask]:
    return make_app


@pytest.fixture
def samples() -> Samples:
    return Samples(str)


@pytest.fixture(params=PAGES)
def page(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def once() -> dict[tuple[str, str], Page]:
    """What was drawn for one test is read by the next."""
    return {}


@pytest.fixture(params=["zh-Hans", "en", "qps"])
def drawn(request, page, once) -> Page:
    """Every page in every language there is, drawn and read."""
    if (page, request.param) not in once:
        once[page, request.param] = _drawn(page, request.param)
    return once[page, request.param]


def _drawn(page: str, tag: str) -> Page:
    say = (lambda text: f"⟦{text}⟧") if tag == "qps" else (lambda text: text if tag == "zh-Hans" else "data")
    app = make_app(languages=("zh-Hans", "en"), pseudo=True)
    return Page(render(app, Samples(say), page, f"?lang={tag}"), tag)


@pytest.fixture
def draw() -> Callable[..., Page]:
    return lambda app, samples, name: Page(render(app, samples, name), "zh-Hans")
