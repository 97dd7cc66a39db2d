"""Decides whether a request for a code has to show work, and takes a wait in its place.

Known devices, and everybody where PROOF_OF_WORK is not `on`, have the limits as they are
configured. All others have lower limits first, past which a device has to solve a challenge. One
that cannot, such as an app that knows nothing of it or a browser without JavaScript, waits and asks
again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from accounts import limits
from accounts.codes import message_limits, proof_of_work
from accounts.codes.errors import ProofOfWorkRequired, SmsBudgetExhausted
from accounts.codes.proof_of_work import Permit, Work
from accounts.codes.recipients import get_country
from accounts.codes.request import CodeRequest
from accounts.codes.risk import RecipientRisk
from accounts.errors import RateLimited
from accounts.models import RateCounter
from accounts.models.phone_otp import Purpose
from loopin.errors import raises
from loopin.web.client_network import get_network

Sent = TypeVar("Sent")

WAITED_SECONDS = 10 * limits.MINUTE
"""How long somebody who has waited may take to come again."""


@raises(message_limits.spend_message, ProofOfWorkRequired)
def send_permitted(
    send: Callable[[Permit], Sent],
    recipient: str,
    purpose: Purpose,
    code_request: CodeRequest,
    recipient_risk: RecipientRisk,
) -> Sent:
    """Call `send` with the permit that the request has earned.

    `send` leaves nothing written when it raises. A solution counts once; used again it is none.
    """
    permit = _permit_for(recipient, purpose, code_request, recipient_risk)
    recipient_risk = _with_solution(recipient_risk, permit)
    try:
        return send(permit)
    except (RateLimited, SmsBudgetExhausted) as error:
        refused = error.keys if isinstance(error, RateLimited) else [message_limits.budget_key()]
        if permit.work is Work.NOT_ASKED:
            if settings.PROOF_OF_WORK == "track" and not recipient_risk.is_known_device:
                message_limits.log_work("would be", refused)
            raise
        is_used = limits.SOLUTIONS.key_for(permit.solution_id) in refused
        if permit.work is Work.DONE and not is_used:
            raise
    if is_used:
        fresh = replace(code_request, solution="")
        return send_permitted(send, recipient, purpose, fresh, recipient_risk)
    message_limits.check_higher_limits(recipient, code_request.client_ip, recipient_risk)
    wait = take_wait(recipient, code_request.client_ip)
    if wait:
        message_limits.log_work("is", refused)
        raise ProofOfWorkRequired(wait, challenge=proof_of_work.create(purpose, recipient))
    return send(Permit(Work.DONE))


def _permit_for(
    recipient: str, purpose: Purpose, code_request: CodeRequest, recipient_risk: RecipientRisk
) -> Permit:
    if settings.PROOF_OF_WORK != "on" or recipient_risk.is_known_device:
        return Permit()
    solution_id = proof_of_work.read_solution(code_request.solution, purpose, recipient)
    return Permit(Work.DONE if solution_id else Work.MISSING, solution_id)


def _with_solution(recipient_risk: RecipientRisk, permit: Permit) -> RecipientRisk:
    """With whether the solution was used before, which costs a statement if there is one."""
    if not permit.solution_id:
        return recipient_risk
    used = RateCounter.objects.read([limits.SOLUTIONS.key_for(permit.solution_id)])
    return replace(recipient_risk, known={**recipient_risk.known, **used})


def take_wait(recipient: str, client_ip: str) -> int:
    """0 once for whoever has waited; else the seconds to wait, which begin with the first request.

    Waiting costs a program nothing, so only so many of those who waited get through, from one
    network and for one country.
    """
    network = get_network(client_ip)
    waiting = limits.WAITING.limit_for(recipient, network)
    passing = [
        limits.WAITED_IN_NETWORK.limit_for(network),
        limits.WAITED_FOR_COUNTRY.limit_for(get_country(recipient)),
    ]
    try:
        with transaction.atomic():
            if RateCounter.objects.take_ended(waiting.key, within=WAITED_SECONDS):
                limits.spend(passing)
                return 0
            if not RateCounter.objects.seconds_until_room([waiting]):
                limits.spend([waiting, limits.WAITING_IN_NETWORK.limit_for(network)])
    except RateLimited as full:
        return full.retry_after
    return max(1, RateCounter.objects.seconds_until_room([waiting, *passing]))
