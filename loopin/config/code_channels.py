"""The ways a code can come, and what each takes beyond the provider's account itself."""

NEEDED = {
    "sms": (),
    "whatsapp": ("TWILIO_WHATSAPP_NUMBER", "TWILIO_WHATSAPP_CONTENT_SID"),
    "call": ("TWILIO_PHONE_NUMBER",),
}


def sms_first(channels: list[str]) -> list[str]:
    """SMS always is among them. Raises ValueError for an unknown one."""
    if unknown := set(channels) - NEEDED.keys():
        raise ValueError(f"may list {', '.join(NEEDED)}, and not {min(unknown)}")
    return list(dict.fromkeys(["sms", *channels]))


def needed_by(channels: list[str]) -> list[str]:
    """The variables that have to be set for them."""
    return [name for channel in channels for name in NEEDED[channel]]
