"""Somebody in front of a browser without script."""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO, IOBase
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.web.requests import MAILBOX_COOKIE

if TYPE_CHECKING:
    from tests.world import World

BASE = "https://localhost"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')
SUBMISSION = re.compile(r'name="submission" value="([^"]*)"')
RECEIPT = re.compile(r'<output id="receipt"[^>]*>(.*?)</output>', re.DOTALL)

REPORT: Mapping[str, str] = {
    "category": "EXIT-01",
    "division": "220102",
    "respondent": "蓝鲸地下购物广场",
    "place": "地下二层东侧6号出口",
    "ongoing": "past",
    "occurred_on": "",
    "description": "6号安全出口用铁链子锁着，钥匙在保安队长手里。",
    "mode": "identified",
    "concerns_office": "no",
    "name": "周小明",
    "phone": "13800000000",
    "email": "",
}
# The smallest picture there is, as a form sends it: its bytes and its name.
PICTURE = (
    b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="),
    "picture.png",
)


@dataclass
class Visitor:
    """Somebody in front of a browser without script."""

    world: "World"
    client: FlaskClient
    last: str = ""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        self.world.sign()  # as the signer does every second
        return self._keep(self.client.get(path, base_url=BASE, **kwargs))

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, csrf: bool = True, **kwargs: Any
    ) -> TestResponse:
        """Send a form with the token of the page last looked at; a pair of bytes and a name is a file."""
        self.world.sign()
        fields = {name: sent(value) for name, value in (data or {}).items()}
        if csrf and (found := TOKEN.search(self.last)):
            fields.setdefault("csrf_token", found[1])
        if path.startswith(("/review/cases/", "/review/disclosures/")) and (found := SEEN.search(self.last)):
            fields.setdefault("seen", found[1])
        return self._keep(self.client.post(path, data=fields, base_url=BASE, **kwargs))

    def _keep(self, response: TestResponse) -> TestResponse:
        whole = response.get_data()
        if response.mimetype == "text/html":
            self.last = whole.decode()
        response.close()  # what is done after the answer is done now
        whole_form = response.request.environ["wsgi.input"]
        if isinstance(whole_form, IOBase):
            whole_form.close()  # a long one lies in a temporary file of the client's
        return response

    def report(self, **changes: str) -> TestResponse:
        """Fill in the form and send it."""
        self.get("/report")
        token = SUBMISSION.search(self.last)
        return self.post("/report", {**REPORT, "submission": token[1] if token else "", **changes})

    def at(self, world: "World") -> "Visitor":
        """The same browser before a copy of what it has seen."""
        visitor = world.visitor()
        visitor.client._cookies.update(self.client._cookies)
        visitor.last = self.last
        return visitor

    @property
    def receipt(self) -> str:
        """The code on the page last looked at."""
        found = RECEIPT.search(self.last)
        assert found, self.last[:2000]
        return re.sub(r"<[^>]+>|\s", "", found[1])

    def open_mailbox(self, receipt: str) -> TestResponse:
        self.get("/mailbox")
        self.post("/mailbox", {"receipt": receipt})
        return self.get("/mailbox")

    @property
    def mailbox_cookie(self) -> str | None:
        cookie = self.client.get_cookie(MAILBOX_COOKIE, domain="localhost")
        return cookie.value if cookie else None


def sent(value: Any) -> Any:
    """A field as Werkzeug's client takes it; several files are a list."""
    if isinstance(value, list):
        return [sent(one) for one in value]
    return (BytesIO(value[0]), *value[1:]) if isinstance(value, tuple) and isinstance(value[0], bytes) else value
