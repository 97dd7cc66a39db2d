"""One attempt: where it goes, how it is signed, and what can go wrong."""

import socket
import ssl
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from leads.webhooks import http_post, public_ips
from tests import receiver as receivers
from tests.each import each


def test_the_signature_is_that_of_the_specification():
    """Its reference vector."""
    signed = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@each(
    "url, word",
    [
        ("http://127.0.0.1:{closed}/", "no_connection"),
        ("http://nowhere.invalid/", "name_not_found"),
        ("https://127.0.0.1:{open}/", "tls"),
        ("http://[::1/", "bad_address"),
        ("http://127.0.0.1:99999/", "bad_address"),
        ("http://" + "x" * 70 + "/", "bad_address"),
    ],
)
def test_errors_of_the_network_have_codes(receiver, url, word):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    url = url.replace("{closed}", str(closed)).replace("{open}", receiver.url.split(":")[2][:-5])
    assert http_post.send(url, b"{}", {}).error == word


@pytest.fixture
def behind_tls(monkeypatch):
    """`behind_tls(is_trusted=…)`: a receiver with a certificate for `localhost`.

    Whom this machine trusts, it reads from a file.
    """
    running = []
    trusted_by_default = ssl.get_default_verify_paths().cafile or ""

    def make(*, is_trusted):
        receiver, server = receivers.start(is_tls=True)
        server.handle_error = lambda *args: None
        running.append(server)
        file = receivers.CERTIFICATE if is_trusted else trusted_by_default
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        http_post._tls.cache_clear()
        return receiver

    yield make
    http_post._tls.cache_clear()
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_message_goes_by_tls_to_a_name_whose_certificate_is_right(behind_tls):
    receiver = behind_tls(is_trusted=True)
    assert http_post.send(f"{receiver.url}?of=us", b"{}", {}).status == 204
    [message] = receiver.messages
    assert message.path == "/hook?of=us"
    assert message.headers["host"] == receiver.url.split("/")[2]


def test_another_s_certificate_and_an_unknown_one_are_refused(behind_tls):
    unknown = behind_tls(is_trusted=False)
    assert http_post.send(unknown.url, b"{}", {}).error == "tls"
    trusted = behind_tls(is_trusted=True)
    by_address = trusted.url.replace("localhost", "127.0.0.1")
    assert http_post.send(by_address, b"{}", {}).error == "tls"
    assert trusted.messages == unknown.messages == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_receiver_that_says_nothing_is_cut_off(monkeypatch, scheme):
    monkeypatch.setattr(http_post, "TOTAL_TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        assert http_post.send(url, b"{}", {}).error == "timeout"
        assert time.monotonic() - started < 10


def test_an_answer_that_takes_long_is_not_waited_for(receiver, monkeypatch):
    monkeypatch.setattr(http_post, "TOTAL_TIMEOUT_SECONDS", 1)
    receiver.delay = 20
    started = time.monotonic()
    assert http_post.send(receiver.url, b"{}", {}).error == "timeout"
    assert time.monotonic() - started < 10


def test_a_silent_receiver_is_a_timeout(receiver, monkeypatch):
    monkeypatch.setattr(http_post, "READ_TIMEOUT_SECONDS", 0.3)
    receiver.delay = 20
    assert http_post.send(receiver.url, b"{}", {}).error == "timeout"


@each(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "240.0.0.1", "::1", "fe80::1%eth0", "fd00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("192.0.0.192", "192.88.99.1", "2002:c058:6301::", "fec0::1", "3fff::1", "2001:db8::1"),
        *("64:ff9b:1::1", "::1.1.1.1", "100::1", "5f00::1", "4000::1"),
    ],
)
def test_ips_of_private_networks_are_not_public(address):
    assert not public_ips.is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_ips_of_the_internet_are_public(address):
    assert public_ips.is_public(address)


def test_the_name_of_a_host_is_looked_up_once_and_the_connection_goes_there(
    receiver, settings, monkeypatch
):
    """A name that answers with a public IP first and with ours afterwards (DNS rebinding)."""
    settings.IS_PRODUCTION = True
    answers = iter(["1.1.1.1", "127.0.0.1", "127.0.0.1"])
    asked, dialled = [], []

    def look_up(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def dial(address, *args, **kwargs):
        dialled.append(address[0])
        raise ConnectionRefusedError

    port = int(receiver.url.split(":")[2][:-5])
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", dial)
    outcome = http_post.send(f"http://rebinding.example:{port}/hook", b"{}", {})
    assert outcome.error == "no_connection"
    assert (asked, dialled) == (["rebinding.example"], ["1.1.1.1"])
    assert receiver.messages == []
