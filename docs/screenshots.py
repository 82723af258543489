"""Make docs/screenshots: `python docs/screenshots.py` walks through a fresh demonstration and keeps what one sees."""  # noqa: INP001

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pyotp
from palette import lighten
from playwright.sync_api import Browser, Page, sync_playwright

from bench.server import free_port
from portal.office.demo_drawings import photo

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
SIZES: Mapping[int, int] = {390: 2200, 1280: 1300}  # width of the window → height shown at most, in CSS pixels
# Letters that look alike wherever they stand make a picture lighter.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-sync",
    "--disable-lcd-text",
    "--disable-font-subpixel-positioning",
    "--font-render-hinting=full",
    "--lang=zh-CN",
]
HEAVIEST = 150_000  # bytes of one picture
LANGUAGES = {"zh-CN": PICTURES, "en-GB": PICTURES / "en"}
OFFICERS = {  # a code is taken once in 30 seconds
    ("zh-CN", 390): "changchun-intake",
    ("zh-CN", 1280): "sheng-intake",
    ("en-GB", 390): "siping-intake",
    ("en-GB", 1280): "jijian-intake",
}
CHOSEN = {"mode": "identified", "concerns_office": "no", "ongoing": "now"}
TYPED = {
    "description": "地下二层东头的安全出口用铁链子锁着，周末里面有四五百人。",
    "place": "地下二层东侧，6 号出口",
    "respondent": "蓝鲸地下购物广场（虚构）",
    "name": "样例周",
    "phone": "13000000000",
}


def main() -> int:
    """Serve a demonstration, take the pictures, say which are too heavy."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        port = free_port()
        environ = {**os.environ, "PORTAL_HOME": str(home), "PORT": str(port)}
        portal = [sys.executable, "-m", "portal"]
        subprocess.run([*portal, "demo"], cwd=ROOT, env=environ, check=True)  # noqa: S603 — our own program
        server = subprocess.Popen([*portal, "run"], cwd=ROOT, env=environ)  # noqa: S603
        try:
            address = f"http://127.0.0.1:{port}"
            await_answer(address)
            shutil.rmtree(PICTURES, ignore_errors=True)
            for folder_of_language in LANGUAGES.values():
                folder_of_language.mkdir()
            accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
            codes = json.loads((home / "demo-tour.json").read_text(encoding="utf-8"))["mailboxes"]
            take_all(address, {one["username"]: one for one in accounts}, codes["reward"])
        finally:
            server.terminate()
            server.wait()
    pictures = sorted(PICTURES.rglob("*.png"))
    for picture in pictures:
        lighten(picture)
    heavy = [str(picture.relative_to(PICTURES)) for picture in pictures if picture.stat().st_size > HEAVIEST]
    print("\n".join(f"too heavy: {name}" for name in heavy) or "done")  # noqa: T201
    return 1 if heavy else 0


def await_answer(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(200):
        try:
            with urlopen(address, timeout=5):  # noqa: S310 — our own server
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def take_all(address: str, accounts: Mapping[str, Mapping[str, str]], code: str) -> None:
    """The tour, once on a phone and once at a desk, without script."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=ARGUMENTS)
        for (language, width), name in OFFICERS.items():
            report(window(browser, language, width), address)
            intake = window(browser, language, width)
            work(intake, address, accounts[name])
            lead = accounts[name.replace("-intake", "-lead")]
            request(intake, window(browser, language, width), address, lead)
            auditor = name.replace("-intake", "-audit").replace(
                "jijian", "changchun"
            )  # discipline's is not in the cast
            audit(window(browser, language, width), address, accounts[auditor])
        for language in LANGUAGES:
            judge(window(browser, language, min(SIZES)), address, accounts["sheng-award1"])
            reward(window(browser, language, min(SIZES)), address, code)
        browser.close()


def window(browser: Browser, language: str, width: int) -> Page:
    """A browser of one's own."""
    viewport = {"width": width, "height": 844 if width < 800 else 800}  # noqa: PLR2004
    return browser.new_context(viewport=viewport, java_script_enabled=False, locale=language).new_page()


def keep(page: Page, name: str) -> None:
    """Keep the upper part of a page."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    height = min(SIZES[width], int(page.locator("html").bounding_box()["height"]))  # type: ignore[index]
    page.screenshot(
        path=folder_of(page) / f"{name}-{width}.png",
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": height},
        scale="css",
    )


def folder_of(page: Page) -> Path:
    """Where pictures in the language of a page are kept."""
    spoken = page.locator("html").get_attribute("lang") or ""
    return next(folder for language, folder in LANGUAGES.items() if language[:2] == spoken[:2])


def report(page: Page, address: str) -> None:
    """What a reporter sees."""
    for name, path in (("demo", "/demo"), ("privacy", "/privacy"), ("home", "/"), ("form", "/report")):
        page.goto(address + path)
        keep(page, name)
    page.click("#send")
    keep(page, "errors")
    page.select_option("#category", "EXIT-01")
    page.select_option("#division", "220102")
    for name, value in CHOSEN.items():
        page.check(f"[name={name}][value={value}]")
    for name, text in TYPED.items():
        page.fill(f"#{name}", text)
    page.check("#may_phone")
    page.click("#send")
    keep(page, "receipt")
    page.goto(address + "/mailbox/evidence")
    page.set_input_files("#files", [{"name": "door.jpg", "mimeType": "image/jpeg", "buffer": photo(datetime.now(UTC))}])
    page.click("#send-files")
    keep(page, "files")
    page.goto(address + "/mailbox")
    keep(page, "mailbox")


def work(page: Page, address: str, account: Mapping[str, str]) -> None:
    """What an officer sees."""
    page.goto(address + "/review/login")
    keep(page, "sign-in")
    sign_in(page, account)
    keep(page, "queue")
    page.goto(address + "/review/?state=received")
    page.click("table.queue a >> nth=0")
    keep(page, "case")
    overtake(page)
    page.fill("#subject", "安全出口上锁")
    page.click("#send-accept")
    keep(page, "409")


def sign_in(page: Page, account: Mapping[str, str]) -> None:
    """At the door."""
    page.fill("#username", account["username"])
    page.fill("#password", account["password"])
    page.fill("#otp", pyotp.TOTP(account["totp_secret"]).now())
    page.click("#send")


def request(intake: Page, lead: Page, address: str, account: Mapping[str, str]) -> None:
    """Somebody asks to learn who reported, and the lead looks at that."""
    intake.goto(address + "/review/")
    for case in [link.get_attribute("href") or "" for link in intake.locator("table.queue a").all()]:
        intake.goto(address + case)
        if not intake.locator("#send-request").count():
            continue
        intake.click("details:has(#send-request) > summary")
        intake.check("[name=ground][value=PROTECT]")
        intake.check("[name=fields] >> nth=0")
        intake.fill("#hours", "24")
        intake.fill("#why", "来信说单位要开除他，要见面商量怎么保护。")
        intake.click("#send-request")
        intake.wait_for_url(lambda url: not url.endswith(case))  # noqa: B023 — waited for here
        if "done=requested" in intake.url:  # what PROTECT may ask for was given
            break
    lead.goto(address + "/review/login")
    sign_in(lead, account)
    lead.goto(address + "/review/disclosures")
    lead.click("table.queue a >> nth=0")
    keep(lead, "request")


def audit(page: Page, address: str, account: Mapping[str, str]) -> None:
    """An auditor reads what was done."""
    page.goto(address + "/review/login")
    sign_in(page, account)
    keep(page, "ledger")
    page.goto(address + "/review/ledger/figures")
    keep(page, "figures")
    page.goto(address + "/review/ledger/signs")
    keep(page, "signs")


def judge(page: Page, address: str, account: Mapping[str, str]) -> None:
    """Whoever judges rewards looks at one, and at the form of one that was granted; all are in one office."""
    time.sleep(30 - time.time() % 30)  # until there is a code that nobody used
    page.goto(address + "/review/login")
    sign_in(page, account)
    page.goto(address + "/review/rewards")
    page.click("main a[href^='/review/rewards/'] >> nth=0")
    keep_both(page, "judge")
    page.goto(address + "/review/rewards")
    page.click("main a[href^='/review/rewards/'] >> nth=2")
    page.goto(page.url + "/form")
    keep_both(page, "approval")


def reward(page: Page, address: str, code: str) -> None:
    """Whoever reported reads what was granted, and claims it."""
    page.goto(address + "/mailbox")
    page.fill("#receipt", code)
    page.click("#send")
    page.goto(address + "/mailbox/reward")
    keep_both(page, "reward")


def keep_both(page: Page, name: str) -> None:
    """Keep a page that takes long to come to, on a phone and at a desk."""
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 800})
        keep(page, name)


def overtake(page: Page) -> None:
    """The same officer at another screen asks the reporter first."""
    other = page.context.new_page()
    other.goto(page.url)
    other.click("details:has(#question) > summary")
    other.fill("#question", "请问是哪一层？门上有没有写字？")
    other.click("#send-ask")
    other.close()


if __name__ == "__main__":
    sys.exit(main())
