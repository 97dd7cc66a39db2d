"""What the backstop takes out of a line, and what it leaves."""

from loopin.logs.redaction import masked, redact
from tests.cast import ALICE, BOB
from tests.each import each

MASKED = masked(ALICE)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
REFRESH = "Vt0b1x9C2pWb3QyqJ8mZr5K7uYd4sT6eLhNfGgHiAaB"


def test_a_masked_number_shows_two_digits_and_tells_numbers_apart():
    assert MASKED.startswith("*76#")
    assert ALICE[1:-2] not in MASKED
    assert masked(ALICE) == MASKED != masked(BOB)


def test_the_hash_depends_on_the_key(settings):
    from loopin.logs.redaction import _key

    settings.SECRET_KEY = "another"
    _key.cache_clear()
    try:
        assert masked(ALICE) != MASKED
    finally:
        _key.cache_clear()


@each(
    "written",
    [
        *("+916205829376", "916205829376", "00916205829376", "%2B916205829376"),
        *("+91 62058 29376", "+91-62058-29376", "+91 (62058) 29376", "91 62058 29376"),
    ],
)
def test_every_spelling_of_a_number_becomes_its_mask(written):
    assert redact(f"sent to {written}, refused") == f"sent to {MASKED}, refused"
    assert redact(f"number={written!r}") == f"number='{MASKED}'"


@each(
    "line, secret",
    [
        (f"OTP for {ALICE}: 1097", "1097"),
        ("OTP 482913 sent", "482913"),
        ("{'otp_code': '1097'}", "1097"),
        ('{"phone_number": "x", "otp_code": "1097"}', "1097"),
        ("1097 is your Loopin code. It works", "1097"),
        ("@loopin.example #1097", "1097"),
        (f"Authorization: Bearer {JWT}", JWT),
        (f"token {JWT} refused", "eyJ"),
        (f"Authorization: bearer {REFRESH}", REFRESH),
        (f"got {REFRESH}.", REFRESH),
        ("refresh_token=abc123", "abc123"),
        ("GET /hook?token=abc123&page=2", "abc123"),
        ("postgresql://loopin:hunter2@db/loopin", "hunter2"),
        ("Max retries exceeded with url: /services/T0/hunter2 (Caused by x)", "hunter2"),
        ("otp_hash='" + "0a" * 32 + "'", "0a0a"),
        ("hash " + "0a" * 32, "0a0a"),
        ("number 6205829376", "6205829376"),
        (f"DETAIL:  Key (phone_number)=({ALICE}) already exists.", "phone_number"),
        ("DETAIL:  Key (name)=(O'Neil (Ann)) already exists.", "Ann"),
        ("DETAIL:  Failing row contains (7, Asha (A.), null,\nline two).", "line two"),
        ("DETAIL:  Failing row contains (7, Asha, a very long t...).\nCONTEXT: x", "Asha"),
    ],
)
def test_secrets_do_not_pass(line, secret):
    assert secret in line
    assert secret not in redact(line)


@each(
    "line",
    [
        "2026-03-01 15:00:00,123 INFO loopin.request [5f0c2a9be1d34467]: GET /leads/ 200 3.2 ms",
        f"SMS to {MASKED} refused: status 400, Twilio code 21211",
        "550e8400-e29b-41d4-a716-446655440000",
        "Listening at 127.0.0.1:8000, worker 12345",
        "canceling statement due to statement timeout after 5000 ms",
        "in test_a_very_long_function_name_that_says_what_it_is_about_and_why",
    ],
)
def test_what_people_need_to_read_stays(line):
    assert redact(line) == line


def test_what_follows_a_quoted_row_stays():
    text = "DETAIL:  Failing row contains (7, Asha).\n\nThe above exception was the direct cause"
    assert redact(text).endswith("[removed]\n\nThe above exception was the direct cause")
