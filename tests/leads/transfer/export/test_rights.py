"""Leads leave as a file only to who may, only those they may see, and written down."""

from django.template.loader import render_to_string

from accounts.models import SecurityEvent
from accounts.models.security_event import Kind
from leads.actions import claim
from leads.models import LeadExport
from leads.models.lead_event import EventKind
from leads.transfer import exporting
from tests.cast import BOB, CAROL
from tests.leads.transfer.export.steps import URL, ask, download, lead, rows_of


def test_the_page_says_how_many_leave_and_in_which_form(desk, full_desk):
    lead(CAROL)
    lead(BOB, status="lost")
    page = desk.get(f"{URL}?status=lost").content.decode()
    assert "1 lead</strong>" in page
    assert "Numbers are masked" in page
    assert "Numbers are masked" not in full_desk.get(URL).content.decode()
    assert 'value="full"' in full_desk.get(URL).content.decode()
    assert 'value="full"' not in page


def test_who_may_not_have_full_numbers_gets_masked_ones_whatever_they_send(desk):
    lead(CAROL)
    export = ask(desk, numbers="full")
    assert not export.has_full_numbers
    assert CAROL[-10:] not in download(desk, export).decode().replace(" ", "")


def test_an_agent_may_not_export(staff, browser_of):
    lead(CAROL)
    agent = browser_of(staff)
    for response in (agent.get(URL), agent.post(URL, {"confirmed": "yes"})):
        assert response.status_code == 403
        assert "Ask a sales manager" in response.content.decode()
    assert not LeadExport.objects.exists()


def test_somebody_demoted_cannot_fetch_what_they_asked_for(desk, sales_manager):
    lead(CAROL)
    export = ask(desk)
    sales_manager.groups.clear()
    assert desk.get(f"/leads/exports/{export.pk}/leads.csv").status_code == 403


def test_only_leads_that_somebody_may_see_leave(sales_manager, colleague):
    """An agent who may export sees what agents see."""
    claimed, free = lead(BOB), lead(CAROL)
    claim.claim(claimed.pk, actor=colleague)
    sales_manager.session_permissions = ["leads.work_leads", "leads.export_leads"]
    wanted = exporting.Selection("", [claimed.pk, free.pk])
    export = exporting.request_export(wanted, actor=sales_manager)
    content = b"".join(exporting.content(export, actor=sales_manager))
    assert [int(row["id"]) for row in rows_of(content)] == [free.pk]


def test_an_export_is_written_down_everywhere(desk, sales_manager):
    exported = lead(CAROL)
    export = ask(desk)
    download(desk, export)
    event = exported.events.latest("pk")
    assert (event.kind, event.actor) == (EventKind.EXPORTED, sales_manager)
    assert event.data == {"export": export.pk, "masked": True}
    security = SecurityEvent.objects.get(kind=Kind.LEADS_EXPORTED)
    assert (security.user_id, security.data["export"]) == (sales_manager.pk, export.pk)
    export.refresh_from_db()
    assert (export.rows, export.expected_rows, export.creator) == (1, 1, sales_manager)
    assert export.finished_at
    assert not export.stopped_at


def test_the_desk_offers_exports_to_who_may(rf, sales_manager, staff):
    request = rf.get("/leads/?status=lost&after=x")
    for user, expected in ((sales_manager, True), (staff, False)):
        request.user = user
        html = render_to_string("leads/desk/list.html#bulk_export", request=request)
        assert ('href="/leads/export/?status=lost"' in html) is expected
        assert ('form="bulk"' in html) is expected


def test_an_audited_export_can_be_read_and_not_changed(full_desk, sales_admin, browser_of):
    lead(CAROL)
    export = ask(full_desk)
    for name in ("leadexport", "importbatch"):
        assert full_desk.get(f"/django/admin/leads/{name}/").status_code == 200
    address = f"/django/admin/leads/leadexport/{export.pk}/change/"
    assert full_desk.get(address).status_code == 200
    full_desk.post(address, {"rows": 9})
    export.refresh_from_db()
    assert export.rows == 0
