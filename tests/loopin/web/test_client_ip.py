"""The client's address is what our own proxies say, never what the client says."""

import pytest
from django.test import RequestFactory

from loopin.web.http import client_ip, ip_country


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (2, "6.6.6.6, 203.0.113.5, 198.51.100.2", "203.0.113.5"),
        (2, "203.0.113.5", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "6.6.6.6, nonsense", "192.0.2.1"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_the_address_comes_from_as_many_hops_as_are_trusted(settings, hops, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = hops
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_ip(RequestFactory(headers=headers, REMOTE_ADDR="192.0.2.1").get("/")) == address


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
    assert ip_country(RequestFactory(headers=headers).get("/")) == country


@pytest.mark.parametrize(("hops", "header"), [(0, "CF-IPCountry"), (1, ""), (1, "X-Country")])
def test_nobody_else_is_believed_about_the_country(settings, hops, header):
    settings.TRUSTED_PROXY_COUNT = hops
    settings.IP_COUNTRY_HEADER = header
    assert ip_country(RequestFactory(headers={"CF-IPCountry": "IN"}).get("/")) == ""
