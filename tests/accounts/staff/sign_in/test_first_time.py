"""The first sign-in, from the invitation over the key of the second factor to the desk."""

from django.test import Client

from accounts.models import AuthenticatorApp
from tests.accounts.staff import door
from tests.accounts.staff.door import ENROL, LOGIN, QR, SECOND
from tests.accounts.staff.sign_in.steps import SECRET_WORDS, is_in


def test_the_first_sign_in_goes_from_the_invitation_over_enrolment_to_the_desk(staff):
    browser = Client()
    step = browser.get(door.invitation_of(staff))
    assert step["Location"] == ENROL
    assert browser.get(ENROL)["Location"] == LOGIN
    step = browser.post(f"{LOGIN}?next=/leads/%3Fstatus%3Dnew", SECRET_WORDS)
    assert step["Location"] == f"{ENROL}?next=/leads/%3Fstatus%3Dnew"
    assert browser.get(step["Location"]).status_code == 200
    done = browser.post(step["Location"], {"second_factor": door.app_code(staff)})
    assert done.context["next"] == "/leads/?status=new"
    assert len(done.context["codes"]) == 10
    assert is_in(browser)


def test_without_an_invitation_the_password_is_told_what_to_do(staff):
    browser = Client()
    asked = browser.get("/leads/?status=new")
    assert asked["Location"] == f"{LOGIN}?next=/leads/%3Fstatus%3Dnew"
    step = browser.post(asked["Location"], SECRET_WORDS)
    assert step["Location"] == f"{SECOND}?next=/leads/%3Fstatus%3Dnew"
    step = browser.get(step["Location"])
    told = browser.get(step["Location"])
    assert told.status_code == 403
    assert "open the link of your invitation in this browser" in " ".join(
        told.content.decode().split()
    )


def test_the_key_is_shown_until_it_is_confirmed(staff):
    browser = door.open_invitation(staff)
    first = browser.get(ENROL)
    picture = browser.get(QR)
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    for response in (first, picture):
        assert "no-store" in response["Cache-Control"]
    assert browser.get(ENROL).context["groups"] == first.context["groups"]
    browser.post(ENROL, {"second_factor": door.app_code(staff)})
    for path in (ENROL, QR):
        assert browser.get(path)["Location"] == SECOND


def test_a_wrong_first_code_enrols_nobody(staff):
    browser = door.open_invitation(staff)
    browser.get(ENROL)
    assert browser.post(ENROL, {"second_factor": door.wrong_code(staff)}).status_code == 400
    assert not AuthenticatorApp.objects.exists()
    assert not is_in(browser)
    assert browser.post(ENROL, {"second_factor": door.app_code(staff)}).status_code == 200
    assert is_in(browser)
