"""What is measured, in the order of a round."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cast import Cast
from benchmarks.message import Request


@dataclass(frozen=True)
class Operation:
    """`requests(cast, count)` makes what is sent; `status` is the one right answer."""

    requests: Callable[[Cast, int], list[Request]]
    status: int = 200


BASELINE = "hello"
OPERATIONS = {
    BASELINE: Operation(Cast.say_hello),
    "signup": Operation(Cast.sign_up),
    "verify-otp": Operation(Cast.verify),
    "verify-otp known": Operation(Cast.verify_known),
    "profile": Operation(Cast.read_profile),
    "event-interests": Operation(Cast.list_interests),
    "event-interests 304": Operation(Cast.revalidate_interests, 304),
    "leads poll 304": Operation(Cast.poll_desk, 304),
}
