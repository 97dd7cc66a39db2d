"""The system checks run where the apps are, in the first web process, before anything is served."""

import pytest
import requests

from tests.live import wait_until_up

PATIENCE_SECONDS = 120


def test_errors_keep_the_site_from_being_served(run):
    wrong = run(DJANGO_SETTINGS_MODULE="tests.loopin.serving.misconfigured")
    assert wrong.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert "(files.E001)" in wrong.log
    assert "CommandError: The site is not served: the system checks above" in wrong.log
    with pytest.raises(requests.ConnectionError):
        requests.get(wrong.site.url, timeout=10)


def test_what_operators_should_know_is_logged_once(run):
    key = "one-key-for-both-of-them-with-more-than-32-bytes"
    server = run(SECRET_KEY=key, JWT_SECRET_KEY=key)
    wait_until_up(server.process, server.site.url, server.site.log_path)
    lines = [line for line in server.log.splitlines() if "loopin.serving.start_log" in line]
    assert len([line for line in lines if "JWT_SECRET_KEY is SECRET_KEY" in line]) == 1
