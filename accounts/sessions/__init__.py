"""Signed-in devices: their tokens and cookies, who is behind a request, and how a device is signed
out; how people sign in is not decided here."""
