from io import BytesIO

import pytest
from django.test import Client

from accounts.models import User
from leads.actions.status import change_status
from leads.models.lead_choices import Status
from leads.transfer.importing import flows
from leads.transfer.reading.columns import Field
from tests.cast import DAVE
from tests.leads.proof.steps import STRANGER, lead_of


@pytest.fixture
def say(api, travel):
    """`say("login", True)`: somebody asks for a code to Dave's number and says yes."""

    def ask(door, contact_consent, ip=STRANGER):
        travel(301)  # the longest wait between two codes
        if door == "page":
            ticked = {"contact_consent": "on"} if contact_consent else {}
            body = {"phone_number": DAVE} | ticked
            return Client().post("/signup/", body, REMOTE_ADDR=ip)
        body = {"phone_number": DAVE, "contact_consent": contact_consent}
        return api.post(f"/api/auth/{door}", body, REMOTE_ADDR=ip)

    return ask


@pytest.fixture
def prove(api, sms, say):
    """`prove(True)`: Dave asks for a code, says yes, and types it."""

    def answer(contact_consent=None):
        assert say("signup", contact_consent, ip="127.0.0.1").status_code == 200
        return type_code()

    def type_code(ip="127.0.0.1"):
        body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
        response = api.post("/api/auth/verify-otp", body, REMOTE_ADDR=ip)
        assert response.status_code == 200, response.content
        return User.objects.get(phone_number=DAVE)

    answer.type_code = type_code
    return answer


@pytest.fixture
def bring_in(sales_admin):
    """`bring_in(True)`: an imported list says yes for Dave's number."""

    def confirm(contact_consent):
        word = {True: "yes", False: "no", None: ""}[contact_consent]
        file = BytesIO(f"phone,consent\n{DAVE},{word}\n".encode())
        batch = flows.upload(file, file_name="list.csv", actor=sales_admin)
        chosen = {"region": "IN", "is_remembered": False, "actor": sales_admin}
        flows.choose_columns(batch.pk, [Field.PHONE, Field.CONSENT], **chosen)
        flows.confirm(batch.pk, actor=sales_admin)

    return confirm


@pytest.fixture
def do_not_contact(sales_manager):
    def tell_staff(answer=False):
        assert answer is False
        change_status(lead_of().pk, Status.DO_NOT_CONTACT, actor=sales_manager)

    return tell_staff
