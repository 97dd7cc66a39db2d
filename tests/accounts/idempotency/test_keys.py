"""How keys are written, and what of them is stored."""

import pytest
from cryptography.fernet import InvalidToken

from accounts.idempotency.keys import RequestKey, parse

UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (f'"{UUID}"', UUID),
        (UUID, UUID),
        (f'  "{UUID}" ', UUID),
        ("x" * 16, "x" * 16),
        ("x" * 255, "x" * 255),
        ('"sixteen letters!"', "sixteen letters!"),
        ("01JDZ8Q6ZK3V0T9W4M5N6P7R8S", "01JDZ8Q6ZK3V0T9W4M5N6P7R8S"),
    ],
)
def test_a_key_is_a_text_in_quotes_or_without(written, key):
    assert parse(written) == key


@pytest.mark.parametrize(
    "written",
    [
        *("", '""', '"', "x" * 15, "x" * 256, f'"{"x" * 256}"', f'"{UUID}', f'{UUID}"'),
        *(f"{UUID},{UUID}", f'"{UUID}";a=1', f"{UUID};a=1", f"{UUID} {UUID}", "é" * 16),
        *(f'"{UUID}\\"x"', f"'{UUID}\x00", f"{UUID}\n{UUID}", f'"{UUID}", "{UUID}"'),
    ],
)
def test_what_is_short_or_long_or_no_single_text_is_no_key(written):
    assert parse(written) is None


def test_a_key_counts_for_its_operation_and_its_account_alone():
    keys = [RequestKey(UUID, "signup -"), RequestKey(UUID, "login -"), RequestKey(UUID, "signup 1")]
    assert len({key.hash for key in keys}) == 3
    assert len({key.fingerprint("+916205829376") for key in keys}) == 3
    sealed = keys[0].seal(b"answer")
    assert keys[0].open(sealed) == b"answer"
    for other in (*keys[1:], RequestKey(UUID[::-1], "signup -")):
        with pytest.raises(InvalidToken):
            other.open(sealed)


def test_neither_the_key_nor_the_request_nor_the_answer_can_be_read():
    key = RequestKey(UUID, "signup -")
    stored = key.hash + key.fingerprint("+916205829376") + key.seal(b"+916205829376")
    for secret in (UUID, "6205829376", UUID.replace("-", "")):
        assert secret not in stored
    assert UUID not in repr(key)


def test_a_hash_says_nothing_without_our_secret(settings):
    key = RequestKey(UUID, "signup -")
    before = (key.hash, key.fingerprint("x"))
    settings.SECRET_KEY = "another secret key, long enough"
    assert {key.hash, key.fingerprint("x")}.isdisjoint(before)
