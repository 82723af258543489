"""A client that sends reports as a browser without script would: GET the form, POST it, keep the cookies."""

import http.client
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import urlencode

TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
SUBMISSION = re.compile(rb'name="submission" value="([^"]+)"')
FIELDS = {
    "category": "EXIT-01",
    "division": "220102",
    "respondent": "蓝鲸地下购物广场（虚构）",
    "place": "地下二层东侧6号出口",
    "ongoing": "now",
    "occurred_on": "",
    "description": "6号安全出口用铁链子锁着，钥匙在保安队长手里。" * 14,  # about 1 KB
    "mode": "identified",
    "concerns_office": "no",
    "name": "样例周（虚构）",
    "phone": "13000000000",
    "email": "",
}


class Client:
    """One browser, in a network of its own where `source` says so: what is limited is limited by network."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        """One request; cookies go along."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        data = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, data

    def report(self) -> float:
        """Send one report from a fresh browser; returns seconds, or raises when it was not received."""
        self.cookies.clear()
        began = time.perf_counter()
        _, page = self.ask("GET", "/report")
        fields = dict(FIELDS)
        for name, pattern in (("csrf_token", TOKEN), ("submission", SUBMISSION)):
            if found := pattern.search(page):
                fields[name] = found[1].decode()
        status, page = self.ask("POST", "/report", urlencode(fields))
        if status != HTTPStatus.OK or b'<output id="receipt"' not in page:
            raise SystemExit(f"not received: {status}")
        return time.perf_counter() - began


def many(port: int, clients: int, each: int) -> list[float]:
    """`clients` at once, each sending `each` reports."""

    def one(_: int) -> list[float]:
        client = Client(port)
        return [client.report() for _ in range(each)]

    with ThreadPoolExecutor(clients) as pool:
        return [seconds for sent in pool.map(one, range(clients)) for seconds in sent]


if __name__ == "__main__":
    port, clients, each = map(int, sys.argv[1:])
    began = time.perf_counter()
    times = many(port, clients, each)
    print(json.dumps({"seconds": time.perf_counter() - began, "times": times}))
