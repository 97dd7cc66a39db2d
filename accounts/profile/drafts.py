"""Keeps the answers of a profile that is filled in step by step, and completes it at the end."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import signals
from accounts.errors import PhoneNotVerified
from accounts.models import ProfileDraft, User, UserProfile
from accounts.passwords import flows as passwords
from accounts.pictures import gallery
from accounts.profile import flows
from accounts.profile.email_change import change_email
from accounts.profile.fields import FIELDS
from accounts.profile.sections import SECTIONS, Section
from loopin.errors import raises

VERSION_1 = "version_1"
"""The step that an app of version 1 takes, which is none of the sections."""
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
        _announce(user, section.name, progress)
    return progress.next


@raises(flows.complete)
def change(user_id: int, fields: dict[str, Any]) -> None:
    """Write some clean fields of a profile, complete or not; None or "" empties an optional one.

    What is written of a profile that is not complete is known from then on, and never completes it.
    """
    flows.count_claim(user_id, fields)
    _write(user_id, fields)


@raises(change)
def complete_version_1(user_id: int, fields: dict[str, Any]) -> None:
    """Save what an app of version 1 knows of a person: a name, and perhaps more.

    To that app the profile is complete. To all others it stays to be completed, with this as the
    beginning. Of a complete profile only what was sent changes.
    """
    flows.count_claim(user_id, fields)
    _write(user_id, fields, is_version_1=True)


@transaction.atomic
def _write(user_id: int, fields: dict[str, Any], *, is_version_1: bool = False) -> None:
    user = User.objects.get_locked(user_id)
    if user.phone_number is None:
        raise PhoneNotVerified
    profile = UserProfile.objects.filter(pk=user_id).first()
    if profile is not None:
        profile.user = user
        flows.change(profile, fields)
        return
    draft = ProfileDraft.objects.filter(pk=user_id).first() or ProfileDraft(user=user)
    draft.is_version_1 |= is_version_1
    _keep(user, draft, fields)
    draft.save()
    _announce_written(user, draft, fields)


def _keep(user: User, draft: ProfileDraft, fields: dict[str, Any]) -> None:
    """Pictures and the e-mail address have places of their own before the profile is complete."""
    draft.answers |= {
        field.name: fields[field.name] or "" for field in FIELDS if field.name in fields
    }
    if fields.get("profile_pictures"):
        gallery.change(user.pk, urls=fields["profile_pictures"], avatar=None)
    if "avatar" in fields:
        draft.answers["avatar"] = gallery.find_avatar(user.pk, fields["avatar"] or "")
    if "email" in fields:
        change_email(user, fields["email"] or "")
        passwords.save(user, "email", "is_email_verified")


def _announce_written(user: User, draft: ProfileDraft, fields: dict[str, Any]) -> None:
    """A profile of version 1 is announced as one step, whichever of its fields are written."""
    progress = _check_answers(user.pk, draft.answers)
    if draft.is_version_1:
        _announce(user, VERSION_1, progress)
        return
    for section in SECTIONS:
        if section.fields.keys() & fields.keys() and progress.step(section).is_done:
            _announce(user, section.name, progress)


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


def _announce(user: User, step: str, progress: Progress) -> None:
    signals.profile_step_saved.send(
        ProfileDraft,
        user_id=user.pk,
        phone_number=user.phone_number,
        step=step,
        number=progress.count,
        total=len(SECTIONS),
        name=progress.answers.get("name", ""),
        email=user.email,
    )
