"""Finds out which account a proven number goes to when the request names none with a token.

Whoever types the code has the phone. If several accounts claim the number, one of them may be a
stranger's, who would get it proven by its owner. So an account is chosen only by what nobody but
its owner can have: what its registration or its sign-in left on the device. Neither the network nor
the order of the claims tells, because a stranger can have the one and choose the other.
"""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.errors import NotAuthenticated, UserNotFound
from accounts.models import User
from accounts.models.known_device import DeviceProof
from accounts.sessions import known_devices
from loopin.errors import raises

COOKIE_LIFETIME = timedelta(days=1)
"""How long an app may take from registering, or logging in, to the code without sending a token."""


@raises(UserNotFound, NotAuthenticated)
def find_claimant(phone_number: str, proofs: Collection[DeviceProof | None]) -> int:
    """The one account that claims a number; of several, the one of which there is a proof."""
    claimants = User.objects.filter(claimed_phone_number=phone_number, is_active=True)
    known = dict(claimants.values_list("pk", "device_generation"))
    if not known:
        raise UserNotFound
    proven = {
        proof.user_id for proof in proofs if proof and proof.generation == known.get(proof.user_id)
    }
    chosen = set(known) if len(known) == 1 else proven
    if len(chosen) != 1:
        message = _(
            "Several accounts name this number. Send the token of yours as"
            " 'Authorization: Bearer <token>'."
        )
        raise NotAuthenticated(message)
    return chosen.pop()


def remember(response: HttpResponse, device_token: str) -> None:
    """Leave what tells the account on an app that keeps cookies. It signs nobody in."""
    response.set_cookie(
        settings.REGISTRANT_COOKIE_NAME,
        device_token,
        max_age=COOKIE_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def get_proof(request: HttpRequest) -> DeviceProof | None:
    """What `remember` left, of the account that registered or logged in last."""
    return known_devices.read_token(request.COOKIES.get(settings.REGISTRANT_COOKIE_NAME, ""))
