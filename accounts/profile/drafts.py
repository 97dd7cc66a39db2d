"""A profile filled in step by step: kept as it grows, and written when all of it is known."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import signals
from accounts.models import ProfileDraft, User, UserProfile
from accounts.pictures import gallery
from accounts.profile import flows
from accounts.profile.fields import FIELDS
from accounts.profile.sections import SECTIONS, Section


@dataclass(frozen=True)
class Step:
    """A section on somebody's way. `is_open`: they may go there, as all before it is done."""

    section: Section
    number: int
    is_done: bool
    is_open: bool


@dataclass(frozen=True)
class Progress:
    """`answers`: what is known, by field; `problems`: why an answer, good when it was given, is so
    no more, by field. Pictures are no part of a draft: they are kept from the start."""

    answers: dict[str, Any]
    problems: dict[str, str]
    has_pictures: bool

    @property
    def steps(self) -> list[Step]:
        done = [self._has(section) for section in SECTIONS]
        return [
            Step(section, place + 1, done[place], all(done[:place]))
            for place, section in enumerate(SECTIONS)
        ]

    @property
    def next(self) -> Section:
        """The first section to fill in; the last, if nothing is left but to finish."""
        return next((step.section for step in self.steps if not step.is_done), SECTIONS[-1])

    @property
    def count(self) -> int:
        """How many sections are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return self.count == len(SECTIONS)

    def step(self, section: Section) -> Step:
        return next(step for step in self.steps if step.section is section)

    def _has(self, section: Section) -> bool:
        if section.page:
            return self.has_pictures
        known = self.answers.keys() - self.problems.keys()
        return section.fields.keys() <= known


def progress_of(user_id: int) -> Progress:
    """How far somebody came, on whichever device; at most three statements."""
    return _check_answers(user_id, ProfileDraft.objects.get_answers(user_id) or {})


@transaction.atomic
def save(user_id: int, section: Section, fields: dict[str, Any]) -> Section | None:
    """Keep a section's clean fields; once nothing is missing, write the profile.

    The section to go on with; None if the profile is complete. It may have been so before, and then
    nothing is kept. Raises AccountInactive.
    """
    user = User.objects.get_locked(user_id)
    if UserProfile.objects.filter(pk=user_id).exists():
        return None
    draft = ProfileDraft.objects.filter(pk=user_id).first() or ProfileDraft(user=user)
    draft.answers |= fields
    progress = _check_answers(user_id, draft.answers)
    if progress.is_complete:
        flows.complete(user_id, progress.answers)
        return None
    draft.save()
    if progress.step(section).is_done:
        _announce(user, section, progress)
    return progress.next


def _check_answers(user_id: int, answers: dict[str, Any]) -> Progress:
    """Every rule again: an interest may be gone meanwhile, or the minimum age another."""
    known, problems = dict(answers), {}
    for field in FIELDS:
        if field.name not in answers:
            continue
        try:
            known[field.name] = field.rule(answers[field.name])
        except ValidationError as error:
            problems[field.name] = " ".join(error.messages)
    return Progress(known, problems, has_pictures=bool(gallery.list_pictures(user_id)))


def _announce(user: User, section: Section, progress: Progress) -> None:
    signals.profile_step_saved.send(
        ProfileDraft,
        user_id=user.pk,
        phone_number=user.phone_number,
        step=section.name,
        number=progress.count,
        total=len(SECTIONS),
        name=progress.answers.get("name", ""),
    )
