"""Without JavaScript, a note that met an ended session or a stale token is sent again."""

import pytest
from django.test import Client

from accounts.models import Session
from leads.actions import claim
from leads.models import LeadNote
from tests.each import each

OURS = {"Sec-Fetch-Site": "same-origin"}
WORDS = "Wants the <weekend> tickets"


@pytest.fixture
def claimed(lead, staff):
    return claim.claim(lead.pk, actor=staff)


@pytest.fixture
def send(staff, claimed):
    """`send("note")`: the form of an action, from a browser whose tokens are checked."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff)

    def post(name, headers=OURS, **data):
        path = f"/leads/{name}/" if name == "bulk" else f"/leads/{claimed.pk}/{name}/"
        return browser.post(path, data, headers=headers)

    return post


@pytest.fixture
def token(claimed, send):
    """A token that the browser of `send` has, until somebody signs in there."""
    return send("note").context["csrf_token"]


def typed(response):
    return dict(response.context["typed"])


def test_a_stale_token_shows_what_was_typed_with_a_fresh_one(send):
    response = send("note", text=WORDS, csrfmiddlewaretoken="x" * 64)
    assert response.status_code == 403
    assert typed(response) == {"text": WORDS}
    assert "Wants the &lt;weekend&gt; tickets" in response.content.decode()
    fresh = str(response.context["csrf_token"])
    assert send("note", text=WORDS, csrfmiddlewaretoken=fresh).status_code == 302
    assert LeadNote.objects.get().text == WORDS


def test_an_ended_session_shows_what_was_typed_and_where_to_sign_in(send, token):
    Session.objects.all().delete()
    sent = {"outcome": "reached", "note": WORDS, "csrfmiddlewaretoken": str(token)}
    response = send("call", **sent)
    assert response.status_code == 403
    assert typed(response) == {"note": WORDS}
    assert response.context["others"] == [("outcome", "reached")]
    assert 'href="/django/admin/login/"' in response.content.decode()


@each(
    "headers",
    {"another site": {"Sec-Fetch-Site": "cross-site"}, "an unknown one": {}},
)
def test_words_of_other_sites_are_not_shown(send, headers):
    response = send("note", headers, text=WORDS)
    assert response.status_code == 403
    assert "weekend" not in response.content.decode()


def test_what_was_chosen_on_the_list_is_sent_again(send, claimed):
    sent = {"query": "", "do": "status", "status": "lost", "lead": str(claimed.pk)}
    response = send("bulk", **sent)
    assert response.status_code == 403
    assert typed(response) == {}
    assert dict(response.context["others"]) == sent
    assert "What you typed is still here." not in response.content.decode()


def test_forms_that_are_not_marked_are_not_shown(db):
    browser = Client(enforce_csrf_checks=True)
    sent = {"username": "sam", "password": "correct horse"}
    response = browser.post("/django/admin/login/", sent, headers=OURS)
    assert response.status_code == 403
    assert "correct horse" not in response.content.decode()


def test_a_lead_that_somebody_else_has_gives_back_what_was_typed(
    claimed, staff, colleague, browser_of
):
    claim.release(claimed.pk, actor=staff)
    claim.claim(claimed.pk, actor=colleague)
    address = f"/leads/{claimed.pk}/note/"
    response = browser_of(staff).post(address, {"text": WORDS})
    assert response.status_code == 404
    assert "Wants the &lt;weekend&gt; tickets" in response.content.decode()
    response = browser_of(staff).post(address, {"text": WORDS, "claim_first": "yes"})
    assert response.status_code == 409
    assert "sita works on this lead." in response.content.decode()
    assert not LeadNote.objects.exists()
