"""The same in Hindi; the full names of the months are Django's. Digits stay 0–9."""

from loopin.formats.en.formats import *  # noqa: F403
