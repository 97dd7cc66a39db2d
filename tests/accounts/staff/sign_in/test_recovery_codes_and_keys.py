"""Recovery codes and the key of the app: kept from readers, and replaced with a code alone."""

from accounts.models import AuthenticatorApp, RecoveryCode
from tests.accounts.staff import door
from tests.accounts.staff.door import CODES, ENROL, SECOND
from tests.accounts.staff.sign_in.steps import is_in


def test_recovery_codes_are_kept_as_hashes_only(staff):
    _, codes = door.enrol(staff)
    assert RecoveryCode.objects.count() == 10
    kept = " ".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    for code in codes:
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_fresh_recovery_codes_replace_the_earlier_ones(staff):
    browser, earlier = door.enrol(staff)
    assert b"<strong>10</strong>" in browser.get(CODES).content
    response = browser.post(CODES, {"second_factor": door.app_code(staff), "renew": ""})
    assert len(response.context["codes"]) == 10
    assert "no-store" in response["Cache-Control"]
    door.another_moment(staff)
    other = door.give_password(staff)
    assert other.post(SECOND, {"second_factor": earlier[0]}).status_code == 400
    door.another_moment(staff)
    fresh = response.context["codes"][0]
    assert other.post(SECOND, {"second_factor": fresh}).status_code == 302


def test_nothing_changes_without_a_code(staff):
    browser, _ = door.enrol(staff)
    before = set(RecoveryCode.objects.values_list("code_hash"))
    for change in ("renew", "move"):
        door.another_moment(staff)
        response = browser.post(CODES, {"second_factor": door.wrong_code(staff), change: ""})
        assert response.status_code == 400
    assert set(RecoveryCode.objects.values_list("code_hash")) == before
    assert AuthenticatorApp.objects.count() == 1


def test_another_phone_takes_over_with_its_first_code_and_not_before(staff):
    browser, codes = door.enrol(staff)
    elsewhere = door.give_password(staff)
    elsewhere.post(SECOND, {"second_factor": door.app_code(staff)})
    first_key = door.app_of(staff).bin_key
    response = browser.post(CODES, {"second_factor": codes[0], "move": ""})
    assert response["Location"] == ENROL
    key = door.shown_key(browser.get(ENROL))
    assert key != first_key == door.app_of(staff).bin_key
    assert is_in(elsewhere)
    done = browser.post(ENROL, {"second_factor": door.code_of_key(key)})
    assert len(done.context["codes"]) == 10
    assert door.app_of(staff).bin_key == key
    assert AuthenticatorApp.objects.count() == 1
    assert is_in(browser)
    assert not is_in(elsewhere)


def test_nobody_reads_a_key_in_the_admin(manager):
    browser, _ = door.enrol(manager)
    device = AuthenticatorApp.objects.get()
    assert browser.get(f"/django/admin/otp_totp/totpdevice/{device.pk}/change/").status_code == 404
    assert browser.get("/django/admin/otp_totp/totpdevice/").status_code == 404
