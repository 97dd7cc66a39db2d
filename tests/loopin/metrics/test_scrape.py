"""What Prometheus is told of a running server, whose requests two processes answer."""

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psutil
import pytest
from django.core.exceptions import MiddlewareNotUsed

from loopin import __version__
from loopin.checks import metrics_are_not_for_everybody
from loopin.metrics.middleware import REQUESTS, RequestMetricsMiddleware
from loopin.metrics.recording import SHARED_MEMORY, recording
from tests.cast import ALICE, DAVE, PROFILE
from tests.children import start_child
from tests.live import free_port
from tests.loopin.metrics.scraping import Scrape, call, scrape, status_of
from tests.settings import PROVIDER
from tests.waiting import eventually

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.django_db(transaction=True)]

TOKEN = "known-to-prometheus-alone"


@pytest.fixture(scope="module")
def running(serve) -> Iterator[tuple[subprocess.Popen, str, int]]:
    """A server with metrics, that sends by the provider of the tests and gets its reports."""
    port = free_port()
    process, site = serve(
        METRICS_PORT=str(port),
        METRICS_TOKEN=TOKEN,
        TWILIO_TEST_MODE="false",
        TWILIO_API_URL=PROVIDER.url,
        SMS_STATUS_CALLBACKS="true",
        SMS_PER_IP="3",
    )
    eventually(lambda: is_answering(port), failure="the exporter does not answer")
    yield process, site.url, port
    process.terminate()
    process.wait(timeout=30)
    assert not list(Path(SHARED_MEMORY).glob(f"loopin-metrics-{process.pid}-*"))


@pytest.fixture
def url(running, sms) -> str:
    return running[1]


@pytest.fixture
def port(running) -> int:
    return running[2]


def is_answering(port: int) -> bool:
    with suppress(URLError):
        return bool(scrape(port, TOKEN).text)
    return False


def read(port: int) -> Scrape:
    return scrape(port, TOKEN)


def report(url: str, phone_number: str) -> None:
    told = PROVIDER.report(phone_number, "delivered")
    urlopen(Request(f"{url}{told.path}", told.body.encode(), told.headers)).close()


def sign_up(url: str, phone_number: str) -> str:
    """The whole way to a customer; returns the token."""
    call(f"{url}/api/auth/signup", {"phone_number": phone_number})
    report(url, phone_number)
    body = {"phone_number": phone_number, "otp_code": PROVIDER.last_code(phone_number)}
    wrong = "".join(str((int(digit) + 1) % 10) for digit in body["otp_code"])
    call(f"{url}/api/auth/verify-otp", body | {"otp_code": wrong})
    token = call(f"{url}/api/auth/verify-otp", body)[1]["token"]
    status, _ = call(f"{url}/api/auth/complete-profile", PROFILE, token)
    assert status == 200
    return token


def test_a_sign_up_is_counted_step_by_step_and_tells_nothing_personal(url, port):
    before = read(port)
    token = sign_up(url, ALICE)
    after = read(port)
    steps = ("asked", "handed_over", "delivered", "typed", "verified", "failed", "withheld")
    counted = {
        step: after.sum("loopin_codes_total", step=step, channel="sms", country="IN")
        - before.sum("loopin_codes_total", step=step)
        for step in steps
    }
    assert counted == {
        **dict.fromkeys(("asked", "handed_over", "delivered", "verified"), 1),
        "typed": 2,
        "failed": 0,
        "withheld": 0,
    }
    assert after.sum("loopin_profiles_completed_total", country="IN") == 1
    code = PROVIDER.last_code(ALICE)
    secrets = [ALICE.lstrip("+"), ALICE[3:], ALICE[-4:], token, PROFILE["name"], TOKEN]
    without_values = re.sub(r"(?m) \S+$", "", after.text)  # where four digits come by chance
    assert [secret for secret in secrets if secret in without_values] == []
    assert re.findall(rf'"[^"]*{code}[^"]*"', after.text) == []


def test_every_request_of_every_process_is_counted_once_by_its_route(url, port):
    before = read(port)
    asking = [
        threading.Thread(target=lambda: [call(f"{url}/api/auth/profile") for _ in range(25)])
        for _ in range(8)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    after = read(port)
    labels = {"route": "api/auth/profile", "method": "GET", "status": "4xx"}
    counted = [one.sum("loopin_requests_total", **labels) for one in (before, after)]
    assert counted[1] - counted[0] == 200
    measured = [
        one.sum("loopin_request_seconds_count", route=labels["route"]) for one in (before, after)
    ]
    assert measured[1] - measured[0] == 200
    eventually(lambda: read(port).sum("loopin_threads_busy") == 0)


def test_addresses_and_methods_that_a_client_makes_up_share_a_label(url, port):
    for number in range(5):
        status_of(f"{url}/api/leads/{number}")
        status_of(f"{url}/there/is/nothing/{number}")
    urlopen(Request(f"{url}/api/", method="GET")).close()
    with suppress(URLError):
        urlopen(Request(f"{url}/api/", method="BREW"))
    found = read(port)
    assert found.sum("loopin_requests_total", route="none") >= 5
    assert found.sum("loopin_requests_total", method="other") >= 1
    assert "BREW" not in found.text
    assert "nothing" not in found.text


def test_what_a_process_counted_stays_when_it_dies(running, url, port):
    process, _, _ = running
    call(f"{url}/api/auth/profile")
    before = read(port).sum("loopin_requests_total", route="api/auth/profile")
    threads = read(port).sum("loopin_threads")
    web = [one for one in psutil.Process(process.pid).children() if is_web(one)]
    assert len(web) == 2
    web[0].kill()
    eventually(lambda: not web[0].is_running() or web[0].status() == "zombie")

    def are_both_back() -> bool:
        return (
            read(port).sum("loopin_threads") == threads
            and len([one for one in psutil.Process(process.pid).children() if is_web(one)]) == 2
        )

    eventually(are_both_back, failure="no other process came, or the dead one still counts")
    assert read(port).sum("loopin_requests_total", route="api/auth/profile") >= before


def is_web(process: psutil.Process) -> bool:
    """Whether it serves: neither the exporter nor multiprocessing's own."""
    with suppress(psutil.Error):
        command = " ".join(process.cmdline())
        return "manage.py metrics" not in command and "resource_tracker" not in command
    return False


def test_what_the_provider_does_is_counted_by_its_own_code(url, port):
    PROVIDER.behaviour = 20003
    before = read(port)
    assert call(f"{url}/api/auth/signup", {"phone_number": DAVE})[0] == 503
    after = read(port)
    assert after.sum("loopin_provider_refusals_total", code="20003") == 1
    names = ("loopin_provider_messages_total", "loopin_codes_total")
    labels: tuple[dict, ...] = ({"outcome": "refused"}, {"step": "failed"})
    for name, label in zip(names, labels, strict=True):
        assert after.sum(name, **label) - before.sum(name, **label) == 1
    assert after.sum("loopin_provider_slots_busy") == 0
    assert after.sum("loopin_provider_slots") > 0


def test_a_limit_that_is_used_up_is_counted_by_its_name(url, port):
    for last in range(5):
        call(f"{url}/api/auth/signup", {"phone_number": f"+91620582937{last}"})
    found = read(port)
    assert found.sum("loopin_limits_reached_total", limit="send_ip") >= 1
    assert found.sum("loopin_codes_total", step="withheld") >= 1


def test_the_state_of_the_database_is_read(port):
    found = read(port)
    assert found.sum("loopin_database_up") == 1
    assert found.sum("loopin_reading_failed") == 0
    assert found.sum("loopin_database_connections") > 0
    assert found.sum("loopin_database_connections") < found.sum("loopin_database_max_connections")
    assert found.sum("loopin_table_bytes", table="accounts_user") > 0
    assert found.sum("loopin_build_info", version=__version__) == 1
    assert found.sum("loopin_disk_free_bytes", disk="media") > 0


def test_nobody_without_the_token_learns_that_there_are_metrics(running, url, port):
    address = f"http://127.0.0.1:{port}"
    assert status_of(f"{address}/metrics") == 404
    assert status_of(f"{address}/metrics", Authorization="Bearer wrong") == 404
    assert (
        status_of(f"{address}/metrics", Authorization="Bearer é".encode().decode("latin-1")) == 404
    )
    assert status_of(f"{address}/metrics", Authorization=f"Bearer {TOKEN}") == 200
    assert status_of(f"{address}/", Authorization=f"Bearer {TOKEN}") == 404
    assert status_of(f"{url}/metrics") == 404
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{address}/metrics")
    assert refused.value.headers["Server"] == "loopin", "no version of Python"


def test_the_exporter_is_started_again(running, port):
    [exporter] = [
        one for one in psutil.Process(running[0].pid).children() if "metrics" in one.cmdline()
    ]
    exporter.kill()
    exporter.wait(timeout=30)
    eventually(lambda: is_answering(port), failure="no exporter came back")
    assert read(port).sum("loopin_requests_total") > 0


def test_without_a_port_nothing_is_measured(settings):
    assert settings.METRICS_PORT == 0
    assert not REQUESTS.is_on
    REQUESTS.count("api/", "GET", "2xx")
    with pytest.raises(MiddlewareNotUsed):
        RequestMetricsMiddleware(lambda request: None)


def test_a_port_that_others_reach_wants_a_token(settings):
    settings.METRICS_PORT, settings.METRICS_HOST = 9464, "0.0.0.0"
    assert [found.id for found in metrics_are_not_for_everybody()] == ["loopin.W003"]
    settings.METRICS_TOKEN = TOKEN
    assert metrics_are_not_for_everybody() == []
    settings.METRICS_TOKEN, settings.METRICS_HOST = "", "127.0.0.1"
    assert metrics_are_not_for_everybody() == []


def test_folders_that_a_killed_server_left_are_removed(settings):
    settings.METRICS_PORT = free_port()
    dead = start_child(lambda: None)
    os.waitpid(dead, 0)
    left_over = Path(SHARED_MEMORY) / f"loopin-metrics-{dead}-left"
    of_a_running_one = Path(SHARED_MEMORY) / f"loopin-metrics-{os.getpid()}-running"
    left_over.mkdir()
    of_a_running_one.mkdir()

    def record() -> None:
        with recording():
            pass

    child = start_child(record)
    os.waitpid(child, 0)
    assert not left_over.exists()
    of_a_running_one.rmdir()
    assert not list(Path(SHARED_MEMORY).glob(f"loopin-metrics-{child}-*"))
