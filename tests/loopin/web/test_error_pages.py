"""Each error page says what happened and what to do next, whatever else is broken."""

import copy

import pytest
from django.test import Client, RequestFactory

from accounts.errors import RateLimited
from loopin import errors
from loopin.web.error_pages import FormOutOfDate, error_page
from tests.each import each

KINDS = [
    (errors.BadRequest(), "That did not work"),
    (errors.Forbidden(), "That is not possible"),
    (FormOutOfDate(), "This form is out of date"),
    (errors.NotFound(), "There is nothing here"),
    (errors.MethodNotAllowed(), "That did not work"),
    (errors.BodyTooLarge(), "That is too much at once"),
    (RateLimited(90), "One moment, please"),
    (errors.ServerError(), "Something went wrong"),
    (errors.DatabaseUnavailable(), "We will be right back"),
]


def shown(error: errors.LoopinError, method: str = "GET") -> str:
    response = error_page(RequestFactory().generic(method, "/signup/?from=poster"), error)
    assert response.status_code == error.status
    return response.content.decode()


@each("error, heading", KINDS)
def test_an_error_page_has_a_heading_and_a_link(error, heading):
    page = shown(error)
    assert page.count("<h1>") == 1
    assert f"<h1>{heading}</h1>" in page
    assert 'href="/"' in page
    assert "Log in" not in page


def test_too_many_requests_say_how_long_to_wait():
    error = RateLimited(90)
    page = shown(error)
    assert error.page_message in page
    assert 'data-resend-after="90"' in page
    assert error_page(RequestFactory().get("/"), error)["Retry-After"] == "90"


def test_what_may_work_later_can_be_tried_again_as_it_was_asked_for():
    page = shown(errors.DatabaseUnavailable())
    assert "Try again" in page
    assert 'action="/signup/"' in page
    assert 'name="from" value="poster"' in page


def test_a_form_is_not_sent_again():
    assert "Try again" not in shown(errors.DatabaseUnavailable(), "POST")
    assert "Try again" not in shown(errors.NotFound())


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("help@loopin.example", "mailto:help@loopin.example"),
        ("+91 22 5555 0100", "tel:+912255550100"),
        ("https://loopin.example/help", "https://loopin.example/help"),
    ],
)
def test_an_error_page_names_the_support_contact(settings, contact, link):
    settings.SUPPORT_CONTACT = contact
    page = shown(errors.ServerError())
    assert f'<a href="{link}">contact us</a>' in page
    assert f'<a href="{link}">Help</a>' in page


def test_nobody_is_named_who_helps_where_nobody_is_set():
    assert "contact us" not in shown(errors.ServerError())


def test_a_page_is_shown_even_if_what_templates_are_given_breaks(settings):
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"].append("tests.no_such_module.processor")
    settings.TEMPLATES = templates
    response = Client(raise_request_exception=False).get("/nothing/")
    assert response.status_code == 404
    assert b"Go to the start page" in response.content


def test_a_page_is_shown_even_if_the_templates_are_gone(settings):
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = []
    settings.TEMPLATES = templates
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert b"It is our fault" in response.content
    assert b"TemplateDoesNotExist" not in response.content


@pytest.mark.parametrize("path", ["/logout/", "/verify/resend/"])
def test_a_wrong_method_is_no_empty_page(client, path):
    response = client.get(path)
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert b"<h1>That did not work</h1>" in response.content
