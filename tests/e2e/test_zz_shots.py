from datetime import timedelta

import pytest
from django.utils import timezone

from leads.flows import contact, verification
from leads.models import Lead
from leads.models.lead_event import CallOutcome, EventKind
from tests.cast import CAROL
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.test_lead import at_desk, lead  # noqa


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shots(at_desk, sales_manager, lead, viewport, scheme, live):
    Lead.objects.update(
        name="Carol D'Souza",
        email="carol@example.com",
        created_at=timezone.now() - timedelta(minutes=50),
    )
    Lead.objects.note(
        CAROL, EventKind.CODE_UNDELIVERED, {"reason": "landline"}, trouble="not_delivered"
    )
    page = at_desk(sales_manager, viewport=viewport, color_scheme=scheme)
    size = f"{viewport['width']}-{scheme}"
    page.screenshot(path=f"/tmp/shots/free-{size}.png", full_page=True, caret="initial")
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Show the number").click()
    page.get_by_role("link", name="Call").wait_for()
    contact.log_call(
        lead.pk,
        CallOutcome.NO_ANSWER,
        actor=sales_manager,
        note="Rang twice, mailbox in Hindi. Will try in the evening again.",
    )
    contact.set_follow_up(lead.pk, timezone.now() + timedelta(seconds=1), actor=sales_manager)
    verification.verify_by_hand(lead.pk, "Saw the passport", actor=sales_manager)
    page.reload()
    page.locator("#fold-call summary").click()
    page.locator("#act-call").get_by_text("Call back later").click()
    page.get_by_role("button", name="Log the call").click()
    page.get_by_role("alert").wait_for()
    page.wait_for_timeout(300)
    page.screenshot(path=f"/tmp/shots/held-{size}.png", full_page=True, caret="initial")
    page.goto("/leads/shift/")
    page.wait_for_timeout(300)
    page.screenshot(path=f"/tmp/shots/shift-{size}.png", full_page=True, caret="initial")
