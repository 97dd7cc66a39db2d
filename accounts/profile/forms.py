"""The form of one section of the profile, for signing up and for editing."""

from collections.abc import Mapping
from typing import Any

from accounts.profile.sections import Section
from loopin.web.forms import RefusableForm


class SectionForm(RefusableForm):
    """Asks for the fields of one section. A section with a page of its own has no fields."""

    def __init__(self, section: Section, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: field.form_field(field) for name, field in section.fields.items()}

    def recall(self, problems: Mapping[str, str]) -> None:
        """Show why an answer that was valid when it was given has to be given again."""
        if not self.is_bound:
            found = {name: problems[name] for name in self.fields if name in problems}
            self.errors.update({name: self.error_class([found[name]]) for name in found})
