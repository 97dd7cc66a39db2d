"""The parts of a profile, in the order in which people fill them in."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.profile.fields import FIELDS, ProfileField


@dataclass(frozen=True, eq=False)
class Section:
    """A part of the profile. `page`: the URL name of the page it has to itself, if it is no form
    of fields."""

    name: str
    title: Promise
    why: Promise
    page: str = ""

    @property
    def fields(self) -> dict[str, ProfileField]:
        """Its fields by their names, in the order of the form."""
        return {field.name: field for field in FIELDS if field.section == self.name}

    @property
    def place(self) -> str:
        """The id of its element on the profile page."""
        return f"section-{self.name}"


SECTIONS = (
    Section(
        "about",
        _("About you"),
        _("Your number is confirmed. Tell us a little about yourself, and you are in."),
    ),
    Section("interests", _("Interests"), _("So that we know what to invite you to.")),
    Section(
        "pictures",
        _("Pictures"),
        _("So that people know you when they meet you."),
        page="pictures",
    ),
    Section(
        "more",
        _("A little more"),
        _("All of this is up to you. You can add it later, too."),
    ),
)


class SectionConverter:
    """A section in an address; any other word is no address at all."""

    regex = "|".join(section.name for section in SECTIONS)

    def to_python(self, value: str) -> Section:
        return next(section for section in SECTIONS if section.name == value)

    def to_url(self, value: Section) -> str:
        return value.name
