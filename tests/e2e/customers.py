"""How customers get in, as they do it."""

from playwright.sync_api import Page


def sign_in(page: Page, live, phone_number: str) -> None:
    """A number and its code, which goes off by itself where there is JavaScript."""
    page.goto("/login/")
    page.get_by_label("Mobile number").fill(phone_number)
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/verify/")
    page.get_by_label("Code", exact=True).fill(live.last_code(phone_number))
    if not page.has_script:
        page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/profile/**")
