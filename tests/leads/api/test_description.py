"""The schema documents the staff API; the middleware of `tests.answers` compares."""

from accounts.models import ApiToken
from accounts.models.api_token import Scope
from leads.desk.filters import LeadFilterForm
from leads.models import Lead
from leads.models.lead_choices import Status
from tests import answers


def test_a_lead_goes_through_each_operation_of_the_staff_api(api, staff, colleague, db, carol):
    lead = Lead.objects.get(phone_number=carol)
    tokens = [
        ApiToken.objects.create_token(user.pk, name="x", scopes=Scope.values, days=1)
        for user in (staff, colleague)
    ]

    def call(method, path, body=None, by=0, status=200):
        token = tokens[by] if by is not None else None
        answer = api.request(method, path, body, token=token)
        assert answer.status_code == status, answer.content

    one = f"/api/leads/{lead.pk}"
    call("GET", "/api/leads/")
    call("GET", "/api/leads/", by=None, status=401)
    call("GET", one)
    call("POST", f"{one}/note", {"text": "x"}, status=409)
    call("POST", f"{one}/claim")
    call("POST", f"{one}/claim", by=1, status=409)
    call("GET", one, by=1, status=404)
    call("GET", f"/api/leads/?q={lead.phone_number[1:]}", by=1)
    call("POST", f"{one}/called-in", {"text": "Asks for a call"}, by=1)
    call("POST", f"{one}/called-in", {"text": ""}, by=1, status=422)
    call("POST", f"{one}/reveal", status=409)
    Lead.objects.update(consent_at=lead.created_at)
    call("POST", f"{one}/reveal")
    call("POST", f"{one}/call", {"outcome": "busy", "note": "later"})
    call("POST", f"{one}/call", {"outcome": "sung"}, status=422)
    call("POST", f"{one}/note", {"text": "x"})
    call("POST", f"{one}/follow-up", {"at": None})
    call("POST", f"{one}/status", {"status": "new"}, status=409)
    call("POST", f"{one}/status", {"status": "lost"})
    call("GET", one)
    call("POST", f"{one}/release")


def test_the_staff_api_s_ways_in_are_documented():
    schemes = answers.document()["components"]["securitySchemes"]
    assert schemes["StaffToken"]["scheme"] == "bearer"
    cookie = schemes["StaffSession"]
    assert (cookie["in"], cookie["name"]) == ("cookie", "sessionid")
    for path, methods in answers.document()["paths"].items():
        for operation in methods.values() if path.startswith("/api/leads") else ():
            ways = [{"ServiceKey": []}, {"StaffToken": []}, {"StaffSession": []}]
            assert operation["security"] == ways
            assert operation["tags"] == ["Leads (staff)"]


def test_the_filters_of_the_list_are_documented():
    parameters = answers.document()["paths"]["/api/leads"]["get"]["parameters"]
    named = {parameter["name"]: parameter["schema"] for parameter in parameters}
    assert named.keys() == {*LeadFilterForm.base_fields, "after"}
    assert named["status"]["enum"] == Status.values
