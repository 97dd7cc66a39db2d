"""How soon somebody with a slow phone sees the first page, and what it weighs.

A browser with four times less CPU on a slow 3G line visits the site as production sends it.
"""

import os
import statistics
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import django
from playwright.sync_api import Browser, BrowserContext, CDPSession, sync_playwright

from benchmarks import site
from tests.system import find_browser

SLOW_3G = {
    "offline": False,
    "latency": 400,  # ms, added to each request
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
"""The preset of Chromium's developer tools, rounded to 400 kbit/s."""

SLOW_CPU = 4
PHONE = {"width": 390, "height": 844}
PATHS = ["/", "/signup/"]
HEAD = "| page | visit | kB | first paint ms | largest paint ms | loaded ms | layout shift |"

WATCH = """
window.seen = { largest: 0, shift: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.largest = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

FIGURES = """() => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const [page] = performance.getEntriesByType("navigation");
  return [paint?.startTime ?? 0, seen.largest, page.loadEventEnd, seen.shift];
}"""


@dataclass
class Visit:
    """What one visit took: bytes with their headers, then milliseconds and the layout shift."""

    bytes: int = 0
    figures: list[float] = field(default_factory=list)


@contextmanager
def slow_phone(browser: Browser, *, is_compressed: bool) -> Iterator[BrowserContext]:
    # Its worker fetches its files when the page is there; the test of the weight counts them.
    context = browser.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    context.set_default_timeout(60_000)
    if not is_compressed:
        context.set_extra_http_headers({"Accept-Encoding": "identity"})
    yield context
    context.close()


def visit(context: BrowserContext, url: str) -> Visit:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    taken = Visit()
    _throttle(devtools, taken)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(500)  # the last paint is reported late
    taken.figures = page.evaluate(FIGURES)
    page.close()
    return taken


def _throttle(devtools: CDPSession, taken: Visit) -> None:
    def count(event: dict[str, float]) -> None:
        taken.bytes += int(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", count)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_3G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})


def row(path: str, name: str, visits: list[Visit]) -> str:
    """The medians."""
    weight = statistics.median(taken.bytes for taken in visits) / 1000
    paint, largest, loaded, shift = (
        statistics.median(column) for column in zip(*(v.figures for v in visits), strict=True)
    )
    cells = [path, name, f"{weight:.1f}", f"{paint:.0f}", f"{largest:.0f}", f"{loaded:.0f}"]
    return f"| {' | '.join([*cells, f'{shift:.3f}'])} |"


def rows(browser: Browser, url: str, rounds: int) -> Iterator[str]:
    for path in PATHS:
        first, again, plain = [], [], []
        for _ in range(rounds):
            with slow_phone(browser, is_compressed=True) as context:
                first.append(visit(context, url + path))
                again.append(visit(context, url + path))
            with slow_phone(browser, is_compressed=False) as context:
                plain.append(visit(context, url + path))
        yield row(path, "first", first)
        yield row(path, "second", again)
        yield row(path, "first, nothing compressed", plain)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with site.temporary_folder() as folder, site.database(folder) as (database_url, pid):
        os.environ["BENCHMARK_STATIC"] = "collected"
        site.use(database_url, folder)
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("collectstatic", interactive=False, verbosity=0)
        with site.served(pid) as running, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_browser(), args=["--no-sandbox"]
            )
            print(HEAD, "| --- | --- |" + " ---: |" * 5, sep="\n")
            for line in rows(browser, f"http://{site.HOST}:{running.port}", rounds):
                print(line, flush=True)
            browser.close()


if __name__ == "__main__":
    main()
