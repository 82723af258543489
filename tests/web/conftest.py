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


@pytest.fixture(params=["zh-Hans", "en", "qps"])
def drawn(request, page) -> Page:
    """Every page in every language there is, drawn and read."""
    tag = request.param
    say = (lambda text: f"⟦{text}⟧") if tag == "qps" else (lambda text: text if tag == "zh-Hans" else "data")
    app = make_app(languages=("zh-Hans", "en"), pseudo=True)
    return Page(render(app, Samples(say), page, f"?lang={tag}"), tag)


@pytest.fixture
def draw() -> Callable[..., Page]:
    return lambda app, samples, name: Page(render(app, samples, name), "zh-Hans")
