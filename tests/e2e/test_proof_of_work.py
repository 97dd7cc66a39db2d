"""A page that asks for a proof of work: a browser solves it, and without a script people wait."""

import pytest
from playwright.sync_api import expect

from tests.cast import DAVE
from tests.e2e.test_walk import ask_for_code

pytestmark = [pytest.mark.xdist_group(__name__)]


@pytest.fixture(scope="module")
def suspicious(serve):
    """A site that sends nothing to an address without work, and two messages with it."""
    return serve(PROOF_OF_WORK="on", SMS_PER_IP="1")[1]


@pytest.fixture
def visit(open_browser, suspicious, transactional_db):
    def go(**options):
        return open_browser(base_url=suspicious.url, **options)

    return go


def test_a_browser_solves_the_challenge_and_goes_on_by_itself(visit, travel):
    page = visit()
    scripts = []
    page.on("request", lambda request: scripts.append(request.url.rpartition("/")[2]))
    page.goto("/signup/")
    assert "proof_of_work.js" not in scripts
    ask_for_code(page, DAVE)
    assert scripts.count("proof_of_work.js") == 1
    travel(31)
    page.goto("/verify/")
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_text("We sent you a new code.")).to_be_visible()


def test_while_it_works_the_page_says_so_and_a_broken_solver_leaves_the_wait(visit):
    page = visit()
    page.route("**/proof_of_work.js", lambda route: route.abort())
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(DAVE)
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("alert").first).to_contain_text("Please try again in 30 seconds.")
    expect(page.get_by_role("button", name="Text me a code")).to_be_disabled()


def test_without_a_script_the_button_works_after_the_wait(visit, travel):
    plain = visit(java_script_enabled=False)
    plain.goto("/signup/")
    plain.get_by_label("Mobile number").fill(DAVE)
    for _ in range(2):
        plain.get_by_role("button", name="Text me a code").click()
        expect(plain.get_by_role("alert")).to_contain_text("Many codes are being asked for")
        expect(plain.get_by_role("alert")).to_contain_text("Please try again in")
    travel(31)
    plain.get_by_role("button", name="Text me a code").click()
    expect(plain.get_by_role("heading", name="Enter your code")).to_be_visible()
