"""The client's IP is what our own proxies say, never what the client says."""

import pytest
from django.test import RequestFactory

from loopin.web.client_network import UNKNOWN_NETWORK, get_client_ip, get_ip_country, get_network

PROXY = "192.0.2.1"


def asked(forwarded=None, peer=PROXY):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory(headers=headers, REMOTE_ADDR=peer).get("/")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, PROXY),
        (0, "203.0.113.5", PROXY),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5 , 198.51.100.2", "203.0.113.5"),
        (1, None, PROXY),
        (1, "", PROXY),
        (2, "", PROXY),
    ],
)
def test_the_ip_comes_from_as_many_proxies_as_are_trusted(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert get_client_ip(asked(forwarded)) == expected


SPELLINGS = {
    "203.0.113.9": "203.0.113.9",
    "203.0.113.9:51724": "203.0.113.9",
    "::ffff:203.0.113.9": "203.0.113.9",
    "::FFFF:CB00:7109": "203.0.113.9",
    "[::ffff:203.0.113.9]:443": "203.0.113.9",
    "2001:DB8:0:0:0:0:0:1": "2001:db8::1",
    "[2001:db8::1]": "2001:db8::1",
    "[2001:db8::1]:443": "2001:db8::1",
    "fe80::1%eth0": "fe80::1",
    "[fe80::1%eth0]:443": "fe80::1",
}


@pytest.mark.parametrize(("written", "ip"), SPELLINGS.items())
def test_each_spelling_of_an_ip_is_read(settings, written, ip):
    assert get_client_ip(asked(peer=written)) == ip
    settings.TRUSTED_PROXY_COUNT = 1
    assert get_client_ip(asked(f"6.6.6.6, {written}")) == ip


@pytest.mark.parametrize(
    "written",
    [
        *("", "unix:", "unknown", "_hidden", "nonsense", "203.0.113", "203.0.113.9:", "[]:443"),
        *("203.0.113.9:https", "[2001:db8::1", "[2001:db8::1]443", "203.0.113.9 10.0.0.1"),
    ],
)
def test_text_that_is_not_an_ip_is_an_unknown_client(settings, written, caplog):
    """Neither the proxy's, whose limits everybody would share without anybody noticing."""
    assert get_client_ip(asked(peer=written)) == ""
    assert caplog.text == ""
    settings.TRUSTED_PROXY_COUNT = 1
    assert get_client_ip(asked(f"203.0.113.5, {written}")) == ""
    assert caplog.messages == ["X-Forwarded-For holds no IP, 1 places from its right"]


def test_fewer_proxies_than_are_trusted_are_noticed(settings, caplog):
    settings.TRUSTED_PROXY_COUNT = 2
    assert get_client_ip(asked("203.0.113.5")) == PROXY
    assert caplog.messages == ["X-Forwarded-For names fewer proxies than TRUSTED_PROXY_COUNT=2"]


def test_a_server_that_names_no_peer_leaves_the_client_unknown():
    request = asked()
    del request.META["REMOTE_ADDR"]
    assert get_client_ip(request) == ""


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", UNKNOWN_NETWORK),
    ],
)
def test_a_network_is_an_ipv4_address_or_half_of_an_ipv6_address(ip, network):
    assert get_network(ip) == network


@pytest.mark.parametrize(
    ("told", "country"),
    [
        *(("IN", "IN"), ("in", "IN"), (" IN ", "IN"), (None, ""), ("", ""), ("XX", ""), ("T1", "")),
        *(("IND", ""), ("I", ""), ("ÄÖ", ""), ("I\u00df", ""), ("IN, US", "")),
    ],
)
def test_the_country_is_two_letters_that_a_proxy_of_ours_tells(settings, told, country):
    settings.TRUSTED_PROXY_COUNT = 1
    settings.IP_COUNTRY_HEADER = "CF-IPCountry"
    headers = {"CF-IPCountry": told} if told is not None else {}
    assert get_ip_country(RequestFactory(headers=headers).get("/")) == country


@pytest.mark.parametrize(("hops", "header"), [(0, "CF-IPCountry"), (1, ""), (1, "X-Country")])
def test_nobody_else_is_believed_about_the_country(settings, hops, header):
    settings.TRUSTED_PROXY_COUNT = hops
    settings.IP_COUNTRY_HEADER = header
    assert get_ip_country(RequestFactory(headers={"CF-IPCountry": "IN"}).get("/")) == ""
