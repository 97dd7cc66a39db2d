"""The rule of the name of a device."""

from accounts.models.session import DEVICE_NAME_MAX_LENGTH
from loopin.rules import described
from loopin.text import spelling


@described(limits={"maxLength": DEVICE_NAME_MAX_LENGTH})
def device_name(value: str) -> str:
    """One line of at most 60 characters. Nobody typed it, so what cannot be kept is left out: a
    phone's name keeps no person from signing in."""
    line = spelling.normalise(value[: DEVICE_NAME_MAX_LENGTH * 2], DEVICE_NAME_MAX_LENGTH)
    return spelling.printable(line)[:DEVICE_NAME_MAX_LENGTH].strip()
