"""How far somebody came with their profile, as sales see it."""

import pytest

from leads.lead_page.timeline_text import progress
from leads.models import Lead
from tests.cast import DAVE
from tests.steps import send, send_all


@pytest.fixture
def browser(sms, db, browser_of, api):
    """Dave's, who is a lead and has just verified."""
    from accounts.models import User

    api.post("/api/auth/signup", {"phone_number": DAVE})
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    api.post("/api/auth/verify-otp", code)
    return browser_of(User.objects.get(phone_number=DAVE))


def lead():
    return Lead.objects.get(phone_number=DAVE)


def steps():
    return [
        event.data["step"] for event in lead().events.filter(kind="profile_step").order_by("pk")
    ]


def test_the_first_step_sets_the_name_and_records_an_event(browser):
    assert (lead().profile_step, progress(lead())) == (0, "")
    send(browser, "about")
    assert (lead().name, lead().profile_step) == ("Alice D'Souza", 1)
    assert progress(lead()) == "Profile: 1 of 4"
    assert lead().stage == "verified"
    assert steps() == ["about"]


def test_a_corrected_step_changes_the_name_and_records_no_event(browser):
    send_all(browser, "about", "interests")
    send(browser, "about", name="Alice Rao")
    assert (lead().name, lead().profile_step) == ("Alice Rao", 2)
    assert steps() == ["about", "interests"]


def test_a_customer_has_no_progress_left_to_show(browser):
    send_all(browser)
    assert lead().stage == "completed"
    assert progress(lead()) == ""
    kinds = list(lead().events.order_by("pk").values_list("kind", flat=True))
    assert kinds[-4:] == ["profile_step"] * 3 + ["profile_completed"]


def test_the_desk_shows_the_progress_of_a_profile(browser, staff, browser_of):
    send_all(browser, "about", "interests")
    desk = browser_of(staff)
    row = desk.get("/leads/").content.decode()
    assert "Profile: 2 of 4" in row
    assert "Alice D&#x27;Souza" in row
    page = desk.get(f"/leads/{lead().pk}/").content.decode()
    assert "Profile: 2 of 4" in page
    assert "Filled in part of the profile: About you" in page


def test_the_timeline_keeps_nothing_personal_of_a_step(browser):
    send_all(browser, "about", "interests", "pictures")
    data = [event.data for event in lead().events.filter(kind="profile_step").order_by("pk")]
    assert data == [{"step": name} for name in ("about", "interests", "pictures")]
