"""Headers, foreign requests, static files."""

import pytest
from werkzeug.exceptions import Forbidden


@pytest.fixture
def client(app):
    app.add_url_rule("/page", "page", lambda: "a page", methods=["GET", "POST"])
    with app.test_client() as client:
        yield client


def test_nothing_may_load_run_or_frame_but_our_own_styles_and_pictures(client):
    assert client.get("/page").headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


@pytest.mark.parametrize("path", ["/page", "/nowhere", "/static/site.css"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path, buffered=True).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_are_never_kept(client):
    assert client.get("/page").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_only_under_the_digest_of_their_content(app, client):
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("site.css")
    assert "immutable" in client.get(address, buffered=True).headers["Cache-Control"]
    assert client.get("/static/site.css?v=old", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/nothing.css").headers["Cache-Control"] == "no-store"


def test_a_file_that_does_not_exist_has_no_address(app):
    with app.test_request_context(), pytest.raises(KeyError):
        app.jinja_env.globals["asset"]("nothing.css")


def test_https_is_demanded_only_over_https(client):
    assert "Strict-Transport-Security" not in client.get("/page").headers
    assert "max-age=" in client.get("/page", base_url="https://portal.example").headers["Strict-Transport-Security"]


def test_pages_are_not_compressed(client):
    assert "Content-Encoding" not in client.get("/page", headers={"Accept-Encoding": "gzip, br"}).headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},  # what browsers send under no-referrer
        {"Origin": "null"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_forms_pass(client, headers):
    assert client.post("/page", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://["},
        {"Origin": "https://localhost.elsewhere.example"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_forms_of_other_sites_are_refused_with_a_sentence(client, headers):
    answer = client.post("/page", headers=headers)
    assert answer.status_code == 403
    assert "别的网站" in answer.text


def test_reading_from_elsewhere_is_allowed(client):
    assert client.get("/page", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_the_refusal_is_werkzeugs_own_for_the_error_page(app):
    from portal.web.security import refuse_foreign  # noqa: PLC0415

    with app.test_request_context(method="POST", headers={"Sec-Fetch-Site": "cross-site"}), pytest.raises(Forbidden):
        refuse_foreign()
