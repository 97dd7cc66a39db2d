"""What the tests of signing in through the API share."""

SENT = "OTP sent successfully to your phone number"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10000:04d}"
