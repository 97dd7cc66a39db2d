"""Counts the searches by number of those who see numbers masked, together with the numbers that
they reveal, and tells managers of somebody who collects numbers."""

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils.timezone import localdate

from accounts import limits
from accounts.errors import RateLimited
from accounts.limits import LimitRule
from accounts.messaging import notices
from accounts.models import RateCounter, SecurityEvent, User
from accounts.models.rate_counter import Limit
from accounts.models.security_event import Kind
from leads import masking, team
from leads.desk.search import Search
from leads.errors import SearchesUsedUp
from loopin.errors import raises

MANY_AN_HOUR = 30
"""Different numbers that somebody may look for in an hour; an agent answers fewer calls."""

ALIKE_AN_HOUR = 3
"""Different numbers in an hour that are alike but for one digit at an end. Who mistypes a digit
needs two; who tries every digit needs up to ten."""


def is_counted(search: Search, user: User) -> bool:
    """Whether a search is by number, and numbers are masked for this person."""
    return search.is_of_digits and not masking.may_have_all_numbers(user)


def is_part_of_masked(search: Search, user: User) -> bool:
    """Whether these digits find no number that is masked, because they are only a part of one."""
    return is_counted(search, user) and not search.is_for_masked_number


@raises(SearchesUsedUp)
def spend(search: Search, user: User) -> None:
    """Count a search by number: each number once for each person and day.

    A desk asks for the same again every second, so what is counted already costs one statement.
    Digits that find no masked number disclose none, and are only watched. What names, e-mail
    addresses and those who may have all numbers are searched for is not counted at all. Call it
    outside any transaction: a refused search is reported nevertheless.
    """
    if not is_counted(search, user):
        return
    seen = _limit(limits.NUMBER_SEARCHED, user, search.counted_digits)
    if RateCounter.objects.get_count(seen.key):
        return
    try:
        _spend_first(seen, search, user)
    except RateLimited as refused:
        if seen.key in refused.keys:  # the same search at the same time was counted
            return
        report("used up the searches of a day", user)
        raise SearchesUsedUp(refused.retry_after) from None


@transaction.atomic
def _spend_first(seen: Limit, search: Search, user: User) -> None:
    """Count a number that was not searched for today, and report whoever collects numbers."""
    digits = search.counted_digits
    alike = [
        _limit(limits.WALKED_DIGITS, user, "first digit", digits[1:]),
        _limit(limits.WALKED_DIGITS, user, "last digit", digits[:-1]),
    ]
    many, today = _limit(limits.NUMBERS_SEARCHED, user), _limit(limits.REVEALS_TODAY, user)
    counted = [many, today] if search.is_for_masked_number else []
    counts = limits.spend([seen, *alike, *counted])
    if any(counts[limit.key] > ALIKE_AN_HOUR for limit in alike):
        report("tried one digit after another", user)
    elif counts.get(many.key, 0) > MANY_AN_HOUR:
        report("many different numbers", user)


def _limit(rule: LimitRule, user: User, *counted: str) -> Limit:
    return rule.limit_for(localdate(), user.pk, *counted)


@transaction.atomic
def report(how: str, user: User) -> None:
    """Record that somebody collects numbers, and tell managers; once a day for each person.

    `how`: in words, for those who read the security log.
    """
    if not limits.try_spend(limits.HARVEST_REPORTS.limit_for(user.pk)):
        return
    SecurityEvent.objects.record(Kind.NUMBERS_HARVESTED, user_id=user.pk, data={"how": how})
    notices.numbers_harvested(team.emails_of_managers(), user, team.name_of(user))


def with_reports(people: QuerySet[User]) -> QuerySet[User]:
    """With `is_reported`: whether somebody was reported within a day."""
    key = Concat(Value(limits.HARVEST_REPORTS.key_for("")), Cast(OuterRef("pk"), CharField()))
    reports = RateCounter.objects.filter(key=key, expires_at__gt=Now())
    return people.annotate(is_reported=Exists(reports))
