"""Codes as they are drawn and kept."""

import hmac

import pytest

from accounts.codes import hashing

CODE = {"salt": "5a17", "purpose": "sign_in", "recipient": "+919876543210"}


def test_every_code_of_a_length_may_come_with_its_leading_zeros():
    drawn = {hashing.generate_code(2) for _ in range(3000)}
    assert drawn == {f"{n:02}" for n in range(100)}
    assert len(hashing.generate_code(8)) == 8


def test_salts_are_128_bits_and_differ():
    salt, other = hashing.generate_salt(), hashing.generate_salt()
    assert len(bytes.fromhex(salt)) == 16
    assert salt != other


def test_the_hash_is_an_hmac_under_a_key_that_is_used_for_nothing_else(settings):
    secret = settings.SECRET_KEY.encode()
    key = hmac.digest(secret, b"accounts.codes.hashing.pepper", "sha256")
    message = b"5a17\0sign_in\x00+919876543210\x001097"
    assert hashing.hash_code("1097", **CODE) == hmac.digest(key, message, "sha256").hex()


@pytest.mark.parametrize("name", CODE)
def test_a_code_counts_for_its_own_salt_purpose_and_recipient_alone(name):
    otp_hash = hashing.hash_code("1097", **CODE)
    assert hashing.is_matching_code("1097", otp_hash, **CODE)
    assert not hashing.is_matching_code("1098", otp_hash, **CODE)
    assert not hashing.is_matching_code("1097", otp_hash, **CODE | {name: "another"})
