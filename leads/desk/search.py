"""What is typed into the search: names and e-mail addresses are found by any part of them, a number
by as much of it as its reader may see."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.phone import numbers
from leads import masking
from leads.actions import called_in
from leads.models import Lead, LeadSearch
from leads.models.lead_search import MAX_FOUND, MIN_SEARCH_LENGTH, LeadIds
from loopin.text import spelling

LAST_DIGITS = 4
"""How many digits of a masked number find it; one more than are shown."""

SHORTEST_NUMBER = 7
"""Digits of the shortest number, with or without the code of its country (ITU-T E.164)."""

MAX_TYPED_CHARACTERS = 100

SEPARATORS = str.maketrans("", "", " -.()+\u00a0")


@dataclass(frozen=True)
class Search:
    """`typed`: as it was typed. `region`: the country (ISO 3166-1) of numbers without its code, ""
    for `DEFAULT_COUNTRY`."""

    typed: str
    region: str = ""

    @cached_property
    def term(self) -> str:
        """The digits of a number, however they are spaced, or the words."""
        words = spelling.normalise(self.typed, MAX_TYPED_CHARACTERS).replace("\0", "")
        digits = spelling.fold_digits(words).translate(SEPARATORS)
        return digits if digits.isdecimal() else words

    @property
    def is_too_short(self) -> bool:
        """Whether less was typed than can be searched for (`MIN_SEARCH_LENGTH`)."""
        return 0 < len(self.term) < MIN_SEARCH_LENGTH

    @property
    def is_possible(self) -> bool:
        return len(self.term) >= MIN_SEARCH_LENGTH

    @property
    def is_of_digits(self) -> bool:
        return self.is_possible and self.term.isdecimal()

    @property
    def is_for_masked_number(self) -> bool:
        """Whether a number that is masked can be found by this: its last digits, or all of it."""
        return self.is_of_digits and (len(self.term) == LAST_DIGITS or bool(self.whole_numbers))

    @cached_property
    def whole_numbers(self) -> list[str]:
        """The number (E.164) that the digits spell in full, if they do."""
        if not self.is_of_digits or len(self.term) < SHORTEST_NUMBER:
            return []
        with suppress(ValidationError):
            return [numbers.normalise(self.typed, self.region)]
        return []

    def lead_ids(self, user: User) -> LeadIds:
        """The leads that somebody finds by this, whoever may see them. One subquery."""
        found = LeadSearch.objects.named(self.term)
        if not self.is_of_digits:
            return found
        if masking.may_have_all_numbers(user):
            return found.union(LeadSearch.objects.numbered(self.term), all=True)
        return found.union(*self._ids_by_masked_number(user), all=True)

    def _ids_by_masked_number(self, user: User) -> Iterator[LeadIds]:
        """Inside a number search only those who see it; others could read it digit by digit."""
        shown = masking.shown_to(user).filter(phone_number__contains=self.term)
        yield shown.values_list("pk", flat=True)[:MAX_FOUND]
        if len(self.term) == LAST_DIGITS:
            yield LeadSearch.objects.ending_in(self.term)
        if self.whole_numbers:
            yield Lead.objects.filter(phone_number__in=self.whole_numbers).values_list(
                "pk", flat=True
            )


def hidden_lead(search: Search, user: User) -> Lead | None:
    """The lead of a number that is typed in full, if a colleague holds it. No statement for
    anything else that is searched for."""
    if not search.whole_numbers:
        return None
    found = Lead.objects.filter(phone_number__in=search.whole_numbers)
    return called_in.hidden_lead(found, user)
