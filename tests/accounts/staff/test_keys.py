"""What a copy of the database tells of second factors: nothing that makes a code."""

from binascii import unhexlify
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuthenticatorApp, RecoveryCode
from loopin.crypto.encryption import DecryptionFailed, decrypt, encrypt
from tests.accounts.staff import door
from tests.accounts.staff.door import ENROL, SECOND

NEW, OLD = "n" * 32, "o" * 32


@pytest.fixture(autouse=True)
def _second_factor_is_required(settings):
    settings.STAFF_REQUIRE_2FA = True


def dumped() -> str:
    """Every row of every table, as a dump has them."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT "{table}"::text FROM "{table}"')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def spellings(key: bytes) -> list[str]:
    from base64 import b32encode, b64encode

    return [key.hex(), b32encode(key).decode(), b64encode(key).decode().rstrip("=")]


def test_a_dump_has_no_key_before_and_after_enrolment(staff):
    browser = door.open_invitation(staff)
    key = door.shown_key(browser.get(ENROL))
    for _ in range(2):
        content = dumped()
        assert "sam" in content
        for spelling in spellings(key):
            assert spelling.lower() not in content.lower()
        done = browser.post(ENROL, {"second_factor": door.code_of_key(key)})
    assert AuthenticatorApp.objects.count() == 1
    assert RecoveryCode.objects.count() == 10
    assert done["Location"] == SECOND


def test_the_stored_key_is_no_key_to_whoever_knows_django_otp(staff):
    door.enrol(staff)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM otp_totp_totpdevice")
        [(stored,)] = cursor.fetchall()
    with pytest.raises(ValueError, match=r"."):
        unhexlify(stored)


def test_a_key_copied_into_another_account_opens_nothing(staff, colleague):
    """Who can write to the database, and not read the settings, has their own app in there."""
    door.enrol(staff)
    door.enrol(colleague)
    own = AuthenticatorApp.objects.get(user=colleague)
    AuthenticatorApp.objects.filter(user=staff).update(key=own.key, last_t=-1)
    browser = door.give_password(staff)
    with pytest.raises(DecryptionFailed):
        browser.post(SECOND, {"second_factor": door.code_of_key(own.bin_key)})
    assert browser.get("/leads/").status_code == 302


def test_a_key_is_encrypted_differently_each_time_and_for_one_use():
    first, second = encrypt(b"secret", use="a"), encrypt(b"secret", use="a")
    assert first != second
    assert decrypt(first, use="a") == decrypt(second, use="a") == b"secret"
    with pytest.raises(DecryptionFailed):
        decrypt(first, use="b")


def rotate():
    written = StringIO()
    call_command("reencrypt_keys", stdout=written)
    return written.getvalue()


def test_a_key_of_encryption_is_replaced_while_staff_sign_in(staff, colleague, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    door.enrol(staff)
    door.open_invitation(colleague).get(ENROL)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    browser = door.give_password(staff)
    assert browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert "anew: 2." in rotate()
    settings.ENCRYPTION_KEYS = [NEW]
    door.another_moment(staff)
    browser = door.give_password(staff)
    assert browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert len(door.app_of(colleague).bin_key) == 20


def test_a_key_that_is_missing_stops_the_rotation_and_changes_nothing(staff, settings):
    settings.ENCRYPTION_KEYS = [OLD]
    door.enrol(staff)
    before = AuthenticatorApp.objects.get().key
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="Nothing is changed"):
        rotate()
    assert AuthenticatorApp.objects.get().key == before


def test_without_keys_of_its_own_the_site_encrypts_with_its_secret_key(settings):
    assert [settings.SECRET_KEY] == settings.ENCRYPTION_KEYS
