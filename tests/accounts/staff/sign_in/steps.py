"""A password typed at the door of staff, and what a browser may do behind it."""

from django.test import Client

from tests.accounts.staff.door import LOGIN

SECRET_WORDS = {"username": "sam", "password": "correct horse"}


def sign_in(browser=None, ip="198.51.100.7", **form):
    browser = browser or Client()
    return browser.post(LOGIN, SECRET_WORDS | form, REMOTE_ADDR=ip)


def is_in(browser):
    return browser.get("/leads/").status_code == 200


def change_cookie(browser, **changes):
    session = browser.session
    session.update(changes)
    session.save()
    browser.cookies["sessionid"] = session.session_key
