"""Keeps the answers of a profile that is filled in step by step, and completes it at the end."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import signals
from accounts.models import ProfileDraft, User, UserProfile
from accounts.pictures import gallery
from accounts.profile import flows
from accounts.profile.fields import FIELDS
from accounts.profile.sections import SECTIONS, Section

SKIPPED_PICTURES = "skipped_pictures"
"""A mark beside the fields of a draft: somebody left the step of pictures, with or without any."""


@dataclass(frozen=True)
class Step:
    """A section for somebody who fills in the profile. `is_open`: all sections before it are
    done."""

    section: Section
    number: int
    is_done: bool
    is_open: bool


@dataclass(frozen=True)
class Progress:
    """How far somebody came with the profile.

    `answers`: the values by field. `problems`: by field, why an answer that was valid when it was
    given is not valid any more. Pictures are not part of a draft, because they are stored at once;
    only that somebody skipped them is.
    """

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
        """The first section that is not done, or the last one if all are."""
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

    @property
    def has_skipped_pictures(self) -> bool:
        return not settings.PICTURES_REQUIRED and self.answers.get(SKIPPED_PICTURES) is True

    def _has(self, section: Section) -> bool:
        if section.page:
            return self.has_pictures or self.has_skipped_pictures
        valid = self.answers.keys() - self.problems.keys()
        return section.fields.keys() <= valid


def progress_of(user_id: int) -> Progress:
    """How far somebody came, on whichever device; at most three statements."""
    return _check_answers(user_id, ProfileDraft.objects.get_answers(user_id) or {})


def save(user_id: int, section: Section, fields: dict[str, Any]) -> Section | None:
    """Save a section's clean fields, and complete the profile once nothing is missing.

    Returns the next section, or None if the profile is complete. If it was complete before, nothing
    is saved. Raises AccountInactive, and RateLimited for too many e-mail addresses.
    """
    flows.count_claim(user_id, fields)
    return _save(user_id, section, fields)


@transaction.atomic
def _save(user_id: int, section: Section, fields: dict[str, Any]) -> Section | None:
    user = User.objects.get_locked(user_id)
    if UserProfile.objects.filter(pk=user_id).exists():
        return None
    draft = ProfileDraft.objects.filter(pk=user_id).first() or ProfileDraft(user=user)
    draft.answers |= fields
    if section.page and not settings.PICTURES_REQUIRED:
        draft.answers[SKIPPED_PICTURES] = True
    progress = _check_answers(user_id, draft.answers)
    if progress.is_complete:
        flows.save_complete(user_id, progress.answers)
        return None
    draft.save()
    if progress.step(section).is_done:
        _announce(user, section, progress)
    return progress.next


def _check_answers(user_id: int, answers: dict[str, Any]) -> Progress:
    """Apply every rule again, because an interest or the minimum age may have changed since."""
    clean, problems = dict(answers), {}
    for field in FIELDS:
        if field.name not in answers:
            continue
        try:
            clean[field.name] = field.rule(answers[field.name])
        except ValidationError as error:
            problems[field.name] = " ".join(error.messages)
    return Progress(clean, problems, has_pictures=bool(gallery.list_pictures(user_id)))


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
