"""Declares every limit, and counts against them.

Guesses at codes are the exception: they are counted in the statement that returns the code's hash
(docs/decisions/035-one-limiter.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from django.conf import settings

from accounts.errors import RateLimited
from accounts.models import RateCounter
from accounts.models.rate_counter import Limit, Spent, name_of
from accounts.models.service_account import DEFAULT_CALL_LIMIT
from loopin.crypto.keyed_hash import keyed_hash
from loopin.errors import raises
from loopin.metrics.declarations import Counter, Label
from loopin.web.rate_limit_headers import Quota, note

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NO_CAP = 2**31 - 1
"""The largest integer of PostgreSQL, for what is counted but never refused."""


@dataclass(frozen=True, kw_only=True)
class LimitRule:
    """Allows at most `cap` of something in a window of `seconds` that begins with the first.

    `cap`: a number, or the name of a setting. `is_hashed`: whether the key has a keyed hash of what
    is counted, because that may be a secret. `amount`: how much one request counts. `policy`: the
    name by which the API tells clients what is left. Only a limit of the caller's own network,
    account or token has one: what is counted for a number would tell what others did.
    """

    name: str
    cap: int | str
    seconds: int
    is_hashed: bool = False
    amount: int = 1
    policy: str = ""

    def limit_for(
        self,
        *counted: object,
        cap: int | None = None,
        factor: float = 1,
        amount: int | None = None,
    ) -> Limit:
        """The limit for one phone number, one network and so on.

        `cap` and `amount` replace those of the rule, `factor` multiplies the cap.
        """
        return Limit(
            key=self.key_for(*counted),
            cap=round(self._cap() * factor) if cap is None else cap,
            seconds=self.seconds,
            amount=self.amount if amount is None else amount,
            policy=self.policy,
        )

    def key_for(self, *counted: object) -> str:
        """The key under which `RateCounter` stores the count."""
        if not self.is_hashed:
            return ":".join([self.name, *map(str, counted)])
        value = "\0".join(map(str, counted))
        return f"{self.name}:{keyed_hash('accounts.limits', value)}"

    def _cap(self) -> int:
        cap: int = getattr(settings, self.cap) if isinstance(self.cap, str) else self.cap
        return cap


# Messages with codes. A recipient is a phone number or an e-mail address, which is hashed, so that
# no count says whom it is about; a block of numbers is alike but for the last 3 digits.
CODES_TO_RECIPIENT = LimitRule(name="send", cap="SMS_PER_NUMBER", seconds=DAY, is_hashed=True)
CODES_TO_ACCOUNT = LimitRule(name="send", cap="SMS_PER_ACCOUNT", seconds=DAY, is_hashed=True)
CODES_TO_KNOWN_DEVICES = LimitRule(
    name="send_known", cap="SMS_PER_ACCOUNT", seconds=DAY, is_hashed=True
)
CODES_FOR_NETWORK = LimitRule(name="send_ip", cap="SMS_PER_IP", seconds=10 * MINUTE, policy="codes")
CODES_TO_BLOCK = LimitRule(name="send_prefix", cap="SMS_PER_PREFIX", seconds=HOUR)
CODES_TO_PAUSED_BLOCK = LimitRule(name="send_paused", cap=20, seconds=12 * HOUR)
# Codes that wait to be typed: each message counts two, and each code that is typed takes off three.
# The count stays near 0 while two thirds of the codes are typed, however many there are.
CODES_TO_COUNTRY = LimitRule(name="send_country", cap=2 * 50, seconds=DAY, amount=2)
PENDING_OF_NETWORK = LimitRule(name="pending_ip", cap=100, seconds=10 * MINUTE)
BLOCK_SENT = LimitRule(name="prefix_sent", cap=NO_CAP, seconds=DAY)
BLOCK_VERIFIED = LimitRule(name="prefix_verified", cap=NO_CAP, seconds=DAY)
BLOCK_PAUSED = LimitRule(name="prefix_paused", cap=NO_CAP, seconds=12 * HOUR)
MESSAGES_TODAY = LimitRule(name="sms", cap="SMS_DAILY_BUDGET", seconds=DAY)

# Proof of work. A solution is refused the second time for longer than it lives. Whoever cannot
# solve waits, and only so many of those who waited get through, because waiting costs a program
# nothing.
SOLUTIONS = LimitRule(name="work", cap=1, seconds=10 * MINUTE)
WAITING = LimitRule(name="wait", cap=1, seconds=30, is_hashed=True)
WAITING_IN_NETWORK = LimitRule(name="wait_ip", cap=200, seconds=10 * MINUTE)
WAITED_IN_NETWORK = LimitRule(name="waited_ip", cap=20, seconds=10 * MINUTE)
WAITED_FOR_COUNTRY = LimitRule(name="waited_country", cap=120, seconds=HOUR)

# Guesses at codes.
GUESSES_OF_NETWORK = LimitRule(
    name="verify_ip", cap="VERIFICATIONS_PER_IP", seconds=5 * MINUTE, policy="guesses"
)
GUESSES_OF_KNOWN_DEVICES = LimitRule(
    name="verify_known", cap="VERIFICATIONS_PER_IP", seconds=5 * MINUTE
)
WRONG_GUESSES_TODAY = LimitRule(name="wrong_guesses", cap=NO_CAP, seconds=DAY)

# Numbers and e-mail addresses that somebody says are theirs, whose answers may tell which of them
# have accounts. A person has few of them.
CLAIMS_OF_ACCOUNT = LimitRule(name="claim", cap=15, seconds=HOUR, policy="numbers")
CLAIMS_OF_NETWORK = LimitRule(name="claim_ip", cap=25, seconds=10 * MINUTE, policy="numbers")

# Signals about refusals are limited, so that a flood of refusals does not flood the receivers.
WITHHELD_REPORTS = LimitRule(name="withheld_ip", cap=30, seconds=DAY)
LOCKED_REPORTS = LimitRule(name="locked", cap=10, seconds=DAY, is_hashed=True)
EXPIRED_REPORTS = LimitRule(name="expired", cap=10, seconds=DAY, is_hashed=True)

# Passwords. Names are hashed, because people type passwords into that field by mistake. NIST
# SP 800-63B §3.2.2: no more than 100 failed attempts in a row on one account. The limit of one name
# in one network is the smallest, so that somebody who guesses elsewhere does not lock a person out.
PASSWORDS_OF_NETWORK = LimitRule(
    name="password_ip", cap=100, seconds=HOUR, is_hashed=True, policy="passwords"
)
PASSWORDS_OF_NAME = LimitRule(name="password_name", cap=100, seconds=HOUR, is_hashed=True)
PASSWORDS_OF_NAME_IN_NETWORK = LimitRule(
    name="password_name_ip", cap=5, seconds=15 * MINUTE, is_hashed=True
)
# Devices that signed in to the account before have limits of their own, which nobody else reaches.
PASSWORDS_OF_KNOWN_DEVICES = LimitRule(name="password_known", cap=10, seconds=15 * MINUTE)
SECOND_FACTORS_OF_KNOWN_DEVICES = LimitRule(name="second_factor_known", cap=10, seconds=15 * MINUTE)

# Notices about an account. An e-mail address that nobody has proven may be a stranger's.
EMAIL_CHANGES_OF_ACCOUNT = LimitRule(name="email_change", cap=5, seconds=DAY)
PASSWORD_CHANGES_OF_ACCOUNT = LimitRule(name="password_change", cap=10, seconds=DAY)
EMAIL_CODES_OF_ACCOUNT = LimitRule(name="email_code", cap=10, seconds=DAY, policy="email-codes")
NOTICES_TO_UNPROVEN = LimitRule(name="notice", cap=3, seconds=DAY, is_hashed=True)

# Staff. One call of the API a second on average is enough for a busy integration, and too little to
# copy all data.
STAFF_API_CALLS = LimitRule(name="staff_api", cap=600, seconds=10 * MINUTE, policy="calls")
# Each service account has a cap of its own, which superusers set in the admin.
SERVICE_CALLS = LimitRule(
    name="service_api", cap=DEFAULT_CALL_LIMIT, seconds=10 * MINUTE, policy="calls"
)
SERVICE_LOOKUPS = LimitRule(name="service_lookup", cap=10_000, seconds=DAY, policy="lookups")
INVITATIONS_TO_MEMBER = LimitRule(name="invitation", cap=5, seconds=DAY, is_hashed=True)
REVEALS_TODAY = LimitRule(name="reveal", cap="REVEALS_PER_DAY", seconds=DAY, policy="reveals")
# Searches by number of those who see numbers masked. A number is counted once a day, by its keyed
# hash; `WALKED_DIGITS` counts the numbers that differ in their first or their last digit alone.
NUMBER_SEARCHED = LimitRule(name="number", cap=1, seconds=DAY, is_hashed=True)
NUMBERS_SEARCHED = LimitRule(name="numbers", cap=NO_CAP, seconds=HOUR)
WALKED_DIGITS = LimitRule(name="walked", cap=NO_CAP, seconds=HOUR, is_hashed=True)
HARVEST_REPORTS = LimitRule(name="harvest", cap=1, seconds=DAY)
PREVIEWS_TODAY = LimitRule(name="import_preview", cap=20, seconds=DAY)
EXPORTS_TODAY = LimitRule(name="export", cap=10, seconds=DAY)
LINKS_IN_A_ROW = LimitRule(name="resume", cap=1, seconds=10 * MINUTE)
LINKS_TO_LEAD = LimitRule(name="resume_day", cap=5, seconds=DAY)

LIMITS_REACHED = Counter(
    "loopin_limits_reached_total",
    "Requests that found a limit used up: most were refused, some only not reported or answered"
    " with a proof of work.",
    Label("limit", "the name of the rule in `accounts/limits.py`"),
)

OF_RECIPIENTS = (CODES_TO_RECIPIENT, CODES_TO_KNOWN_DEVICES, LOCKED_REPORTS, EXPIRED_REPORTS)
"""The rules that count for one recipient alone, whoever asks."""


def keys_of(recipient: str) -> list[str]:
    """The keys of what is counted for this recipient alone."""
    return [rule.key_for(recipient) for rule in OF_RECIPIENTS]


@raises(RateLimited)
def spend(limits: Sequence[Limit]) -> dict[str, int]:
    """Count one against each of these limits, in one statement; returns the counts by their keys.

    RateLimited says in how many seconds all limits have room. The limits that have room keep the
    count, unless the error rolls back a transaction.
    """
    spent = RateCounter.objects.spend(limits)
    refused = [limit for limit in limits if limit.key not in spent]
    counts = note_spent(limits, spent)
    if refused:
        refuse(refused)
    return counts


def note_spent(limits: Iterable[Limit], spent: Mapping[str, Spent]) -> dict[str, int]:
    """Note for the answer what is left of the limits that clients are told of, and return what was
    counted, by the keys."""
    for limit in limits:
        if limit.policy and limit.key in spent:
            one = spent[limit.key]
            left = max(0, limit.cap - one.count)
            note(Quota(limit.policy, limit.cap, limit.seconds, left, max(0, one.seconds)))
    return {key: one.count for key, one in spent.items()}


@raises(RateLimited)
def check_room(limits: Sequence[Limit], known: Mapping[str, Spent]) -> None:
    """Raise what `spend` would for limits that are full by what was read of their counts. It counts
    nothing, and what is not in `known` was not counted yet."""
    after = {one.key: _after(one, known.get(one.key)) for one in limits}
    full = [one for one in limits if after[one.key].count > one.cap]
    if full:
        note_spent([one for one in limits if one not in full], after)
        refuse(full, max(known[one.key].seconds if one.key in known else 0 for one in full))


def _after(limit: Limit, known: Spent | None) -> Spent:
    """What the limit would have counted with one request more."""
    if known is None:
        return Spent(limit.amount, limit.seconds)
    return Spent(known.count + limit.amount, known.seconds)


@raises(RateLimited)
def refuse(full: Sequence[Limit], wait: int | None = None) -> NoReturn:
    """Raise for limits without room. `wait`: seconds until they have some, if that was read."""
    wait = max(1, RateCounter.objects.seconds_until_room(full) if wait is None else wait)
    note_spent(full, {limit.key: Spent(limit.cap, wait) for limit in full})
    raise refusal(wait, [limit.key for limit in full])


def refusal(wait: int, keys: Sequence[str]) -> RateLimited:
    """The error of whoever reached these limits, counted by their names. `wait`: in seconds."""
    for key in keys:
        LIMITS_REACHED.count(name_of(key))
    return RateLimited(wait, keys=keys)


def try_spend(limit: Limit) -> bool:
    """Count one against this limit if it has room, and return whether it had."""
    has_room = bool(RateCounter.objects.spend([limit]))
    if not has_room:
        LIMITS_REACHED.count(name_of(limit.key))
    return has_room
