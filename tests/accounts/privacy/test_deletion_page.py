"""Being forgotten through the page, and who has no such page."""

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import ALICE
from tests.codes import wrong


def test_the_page_deletes_after_a_code(customer, sms, browser_of):
    browser = browser_of(User.objects.get(phone_number=ALICE))
    assert "otp_code" not in browser.get("/profile/delete/").content.decode()
    response = browser.post("/profile/delete/code/", follow=True)
    assert "We sent you a code." in response.content.decode()
    code = sms.last_code(ALICE)
    response = browser.post("/profile/delete/", {"otp_code": wrong(code)})
    assert response.status_code == 400
    assert "You can try 2 more times." in response.content.decode()
    response = browser.post("/profile/delete/", {"otp_code": code}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "Your account is deleted." in response.content.decode()
    assert not User.objects.filter(phone_number=ALICE).exists()
    assert browser.get("/profile/")["Location"] == "/login/"


def test_asking_the_page_for_a_second_code_too_soon_still_takes_the_first(
    customer, sms, browser_of
):
    browser = browser_of(User.objects.get(phone_number=ALICE))
    browser.post("/profile/delete/code/", follow=True)
    page = browser.post("/profile/delete/code/", follow=True).content.decode()
    assert "We just sent you a code." in page
    assert 'name="otp_code"' in page


@pytest.mark.parametrize("path", ["/profile/export/", "/profile/delete/"])
def test_visitors_and_forged_requests_are_refused(alice, db, path):
    assert Client().get(path)["Location"] == "/login/"
    assert Client(enforce_csrf_checks=True).post("/profile/delete/").status_code == 403
    assert Client(enforce_csrf_checks=True).post("/profile/delete/code/").status_code == 403
