"""Compares a typed code in two lanes: that of the recipient's known devices, and that of everybody
else, so that what strangers type spoils nothing for the owner."""

from contextlib import suppress

from django.conf import settings

from accounts import limits
from accounts.codes import challenge as challenges
from accounts.codes import message_limits, risk
from accounts.codes.challenge import Challenge
from accounts.codes.errors import EarlierCode, WrongCode
from accounts.errors import AttemptsExceeded, CodeExpired, CodeNotFound, WrongLength
from accounts.messaging import funnel
from accounts.models import PhoneOTP
from accounts.models.known_device import DeviceProof
from accounts.models.phone_otp import Purpose
from accounts.sessions.user_agent import Device
from loopin.errors import LoopinError, raises
from loopin.web.client_network import get_network


@raises(limits.spend, challenges.charge, EarlierCode, WrongCode)
def prove(recipient: str, purpose: Purpose, otp_code: str, device: Device) -> Challenge:
    """The challenge that this code answers, after the guess was counted.

    A known device is compared with the code that it asked for, and then with the one that somebody
    else had sent, which its owner may have typed. If both refuse, its own code tells why. The code
    of an earlier message is told from a wrong one, and costs no attempt.
    """
    if device.proof is None:
        return _prove_in_lane(recipient, purpose, otp_code, device, is_known=False)
    try:
        return _prove_in_lane(recipient, purpose, otp_code, device, is_known=True)
    except CodeNotFound:
        return _prove_in_lane(recipient, purpose, otp_code, device, is_known=False)
    except EarlierCode:
        limits.spend([limits.GUESSES_OF_KNOWN_DEVICES.limit_for(device.proof.user_id)])
        raise
    except (WrongCode, WrongLength, CodeExpired, AttemptsExceeded):
        limits.spend([limits.GUESSES_OF_KNOWN_DEVICES.limit_for(device.proof.user_id)])
        with suppress(LoopinError):
            return _prove_in_lane(recipient, purpose, otp_code, device, is_known=False)
        raise


def _prove_in_lane(
    recipient: str, purpose: Purpose, otp_code: str, device: Device, *, is_known: bool
) -> Challenge:
    """The guess is counted before anything is compared, and one at an earlier code given back.

    `is_known`: whether in the lane of known devices. In that of strangers their network's limit is
    counted by the same statement.
    """
    proof = device.proof if is_known else None
    network = get_network(device.client_ip)
    limit = None if is_known else limits.GUESSES_OF_NETWORK.limit_for(network)
    try:
        challenge = challenges.charge(
            recipient, purpose, len(otp_code), proof=proof, client_ip=device.client_ip, limit=limit
        )
    except WrongLength:
        _refuse_earlier(recipient, purpose, otp_code, proof)
        raise
    funnel.count(funnel.TYPED, recipient, challenge.channel)
    if challenge.accepts(otp_code):
        return challenge
    if challenge.is_earlier(otp_code):
        challenge.uncharge()
        raise EarlierCode(challenge.attempts_remaining + 1, sent_at=challenge.earlier.sent_at)
    if proof is None:
        risk.count_wrong_guess()
    raise WrongCode(challenge.attempts_remaining)


def _refuse_earlier(
    recipient: str, purpose: Purpose, otp_code: str, proof: DeviceProof | None
) -> None:
    """Raise EarlierCode for a code that is longer or shorter than the one which replaced it."""
    last = PhoneOTP.objects.last_in_lane(recipient, purpose, proof)
    if last and challenges.is_earlier(last.earlier, otp_code, recipient, purpose):
        remaining = settings.OTP_MAX_ATTEMPTS - last.attempts
        raise EarlierCode(remaining, sent_at=last.earlier.sent_at)


def seconds_until_code(recipient: str, purpose: Purpose, device: Device) -> int:
    """Seconds until another code can be sent to this device, by the cooldown and all limits; at
    least 1."""
    recipient_risk = risk.find_risk(recipient, device.proof)
    proof = device.proof if recipient_risk.is_known_device else None
    return max(
        1,
        PhoneOTP.objects.cooldown(recipient, purpose, proof),
        message_limits.seconds_until_room(recipient, device.client_ip, recipient_risk),
    )
