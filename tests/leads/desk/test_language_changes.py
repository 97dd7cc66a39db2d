"""What is kept or compared knows the language it is in; data for programs has none."""

import pytest

from accounts.models import ApiToken
from leads.models import Lead


def test_figures_as_a_file_stay_as_they_are(hindi, browser_of, busy, sales_manager):
    path = "/leads/insights/?days=7&format=csv"
    content = hindi(sales_manager).get(path).content
    assert content == browser_of(sales_manager).get(path).content
    assert b"Funnel,Verified,Leads,0" in content


def test_a_row_is_made_for_each_language(hindi, browser_of, busy, staff):
    """Rows are kept for all who may read the same."""
    english, other = browser_of(staff), hindi(staff)
    for _ in range(2):
        assert "Contacted" in english.get("/leads/").content.decode()
        page = other.get("/leads/").content.decode()
        assert "संपर्क हुआ" in page
        assert "Contacted" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/leads/", "/leads/?status=new", "/leads/follow-ups/", "lead"])
def test_a_switched_language_is_a_change(path, browser_of, lead, staff, settled):
    desk = browser_of(staff)
    path = f"/leads/{lead.pk}/" if path == "lead" else path
    settled()
    for language in ("hi", "en"):
        poll = {"HX-Request": "true", "If-None-Match": desk.get(path)["ETag"]}
        assert desk.get(path, headers=poll).status_code == 304
        desk.cookies["django_language"] = language
        answer = desk.get(path, headers=poll)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language


@pytest.mark.django_db(transaction=True)
def test_the_language_of_a_browser_is_enough(browser_of, lead, staff, settled):
    desk = browser_of(staff)
    settled()
    poll = {"HX-Request": "true", "If-None-Match": desk.get("/leads/")["ETag"]}
    assert desk.get("/leads/", headers=poll).status_code == 304
    answer = desk.get("/leads/", headers=poll | {"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.8"})
    assert "संपर्क" in answer.content.decode()


def test_months_are_in_hindi_and_digits_are_not(hindi, lead, staff):
    Lead.objects.update(created_at="2026-03-09T10:00:00+05:30")
    page = hindi(staff).get("/leads/").content.decode()
    assert "9 मार्च, 10:00" in page


def test_the_staff_api_keeps_its_codes(api, staff, token_of, lead):
    """The words for people follow the caller's language; what programs read does not."""
    token = ApiToken.objects.create_token(staff.pk, name="t", scopes=["leads:read"], days=1)
    told = [
        api.get(f"/api/leads/{lead.pk}", token=token, headers=headers).json()["data"]
        for headers in ({}, {"Accept-Language": "hi"})
    ]
    for one in told:
        assert one["status"] == "new"
        assert one["source"] == "api"
        assert [event["kind"] for event in one["timeline"]] == ["code_requested"]
    assert [one["timeline"][-1]["label"] for one in told] == ["Asked for a code", "कोड माँगा"]
    gone = api.get("/api/leads/0", token=token, headers={"Accept-Language": "hi"}).json()
    assert gone["code"] == "lead_not_found"
    assert gone["message"] == "ऐसा कोई लीड नहीं है, या उस पर कोई और काम कर रहा है।"
