"""The attacker sends what is dear to answer, while somebody uninvolved visits."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests import nginx
from tests.abuse.attacker.conftest import SLOW_SECONDS
from tests.accounts.conftest import ESHA

pytestmark = pytest.mark.xdist_group("attacker")

SEEDS = ["Key (", "Key ()=()", "a", "r/", "1-", "+91 ", "=", "\\", "%20", "e\u0301\u0316"]
SIZES = [1_900, 3_800, 7_600]
"""The last is what nginx takes of one header."""
AT_ONCE = 4
"""Two for each process, which is enough to hold the site if one of them can hold a processor."""


def grown(seed, size):
    return (seed * size)[:size].encode("ascii", "replace").decode()


def attacks(text):
    """Each as method, path, body and headers."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    yield "GET", "/" + text.replace(" ", "%20")[:7_000], None, {}
    yield "GET", "/django/admin/r/" + text.replace(" ", "%20")[:7_000], None, {}
    for name in ("Host", "Origin", "Referer", "User-Agent", "Accept-Language", "X-Request-ID"):
        yield "POST", "/signup/", "phone_number=1", form | {name: text}
    yield "POST", "/signup/", "phone_number=1", form | {"Referer": f"https://{text}"}
    yield "POST", "/api/auth/login", text, {"Content-Type": "application/json"}


@pytest.mark.parametrize("size", SIZES)
def test_no_text_keeps_a_visitor_waiting(somebody, visitor, size):
    sent = [
        attack for seed in SEEDS for attack in attacks(grown(seed, size)) for _ in range(AT_ONCE)
    ]
    crowd = [somebody() for _ in range(8)]
    with visitor(), ThreadPoolExecutor(len(crowd)) as pool:
        statuses = set(
            pool.map(lambda n: crowd[n % len(crowd)].send(*sent[n]).status, range(len(sent)))
        )
    assert statuses <= {302, 400, 403, 404, 414, 422, 429, 431}


def test_a_crowd_that_registers_keeps_no_visitor_waiting(somebody, visitor):
    crowd = [somebody() for _ in range(32)]

    def register(n):
        body = ESHA | {"email": f"{n}@example.com", "phone": f"+91990011{n:04d}"}
        return crowd[n % len(crowd)].post("/api/users/register/", body)

    with visitor(), ThreadPoolExecutor(len(crowd)) as pool:
        answers = list(pool.map(register, range(96)))
    assert {answer.status for answer in answers} <= {201, 503, 429}
    assert 201 in {answer.status for answer in answers}
    refused = [answer for answer in answers if answer.status != 201]
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)


@pytest.mark.parametrize(
    ("begin", "dribble"),
    [
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"a"),
        (b"POST /signup/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\nphone", b""),
    ],
    ids=["header", "body"],
)
def test_a_crowd_of_slow_clients_is_cut_and_keeps_no_visitor_waiting(port, visitor, begin, dribble):
    def linger(_):
        return nginx.seconds_until_cut(port, begin, dribble, most=SLOW_SECONDS * 5)

    with visitor(), ThreadPoolExecutor(60) as pool:
        waits = list(pool.map(linger, range(60)))
    assert max(waits) < SLOW_SECONDS * 3


def test_connections_that_say_nothing_keep_no_visitor_waiting(port, visitor):
    silent = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(200)]
    with visitor():
        for client in silent:
            client.settimeout(SLOW_SECONDS * 5)
            with suppress(ConnectionResetError):
                assert client.recv(100) == b""
            client.close()
