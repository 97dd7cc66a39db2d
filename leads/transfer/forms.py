"""The forms of exports and imports."""

from typing import Any, BinaryIO, cast

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads import access
from leads.access import Action
from leads.models import ImportBatch
from leads.models.import_batch import MAX_FILE_NAME
from leads.transfer.reading.columns import Field
from loopin.web.forms import RefusableForm

MASKED, FULL = "masked", "full"


class ExportForm(RefusableForm):
    numbers = forms.ChoiceField(
        label=_("Phone numbers"),
        choices=[(MASKED, _("Masked")), (FULL, _("Full, with e-mail addresses"))],
        initial=MASKED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not access.may(user, Action.EXPORT_FULL_NUMBERS):
            del self.fields["numbers"]

    @property
    def has_full_numbers(self) -> bool:
        return bool(self.cleaned_data.get("numbers") == FULL)


class ImportForm(RefusableForm):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the flow has a better message
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = gettext("CSV, Excel or OpenDocument, at most %(most)s MB.")
        self.fields["file"].help_text = words % {"most": settings.IMPORT_MAX_MB}

    def clean_file(self) -> UploadedFile[Any]:
        """Raises ValidationError with the error that the upload handler refused the file with."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        refusal = getattr(file, "refusal", None)
        if refusal is not None:
            self.error = refusal
            raise ValidationError(refusal.message, code=refusal.code)
        return file

    @property
    def content(self) -> BinaryIO:
        return cast(BinaryIO, self.cleaned_data["file"].file)

    @property
    def file_name(self) -> str:
        name = "".join(c for c in self.cleaned_data["file"].name if c.isprintable())
        return name[-MAX_FILE_NAME:]


class ColumnsForm(RefusableForm):
    """What each column of a file is: one select for each, named by its position."""

    is_remembered = forms.BooleanField(
        label=_("Remember this for files with the same columns"), required=False, initial=True
    )

    def __init__(self, *args: Any, batch: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = forms.ChoiceField(
            label=gettext("Numbers without a country code"),
            initial=settings.DEFAULT_COUNTRY,
            choices=_regions(),
        )
        for at, (name, field) in enumerate(zip(batch.header, batch.fields, strict=True)):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=name, initial=field, choices=Field.choices
            )
        self.columns = [
            (self[f"column_{at}"], [row[at] for row in batch.sample if at < len(row)])
            for at in range(len(batch.header))
        ]

    @property
    def options(self) -> dict[str, Any]:
        """What else the flow is told."""
        return {name: self.cleaned_data[name] for name in ("region", "is_remembered")}

    @property
    def matching(self) -> list[Field]:
        """What was chosen, in the order of the columns."""
        return [Field(self.cleaned_data[column.name]) for column, _sample in self.columns]


def _regions() -> list[tuple[str, str]]:
    regions = dict.fromkeys([settings.DEFAULT_COUNTRY, *sorted(settings.SMS_ALLOWED_COUNTRIES)])
    codes = [(region, phonenumbers.country_code_for_region(region)) for region in regions]
    words = gettext("get +%(code)s (%(region)s)")
    return [(region, words % {"code": code, "region": region}) for region, code in codes if code]
