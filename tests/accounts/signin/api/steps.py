"""What the tests of signing in through the API share."""

SENT = "OTP sent successfully to your phone number"
