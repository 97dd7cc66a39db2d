"""The form that asks for a phone number."""

from typing import Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.phone import countries, numbers, spellings
from loopin.web.forms import RefusableForm


class CountrySelect(forms.Select):
    """Renders the options at once. Django would render a template for each of 245 options."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        attributes = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        chosen = countries.render_options(str(value or settings.DEFAULT_COUNTRY))
        return format_html("<select{}>{}</select>", flatatt(attributes), chosen)


class PhoneForm(RefusableForm):
    """Asks for a national number of the chosen country, or one that begins with `+` or `00`."""

    country = forms.Field(
        required=False,
        label=gettext_lazy("Country"),
        widget=CountrySelect(attrs={"autocomplete": "country"}),
    )
    phone_number = forms.Field(
        label=gettext_lazy("Mobile number"),
        error_messages={"required": gettext_lazy("Enter your phone number.")},
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "tel",
                "autofocus": True,
                "maxlength": spellings.MAX_CHARACTERS,
            }
        ),
    )

    def __init__(self, *args: Any, region: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region or settings.DEFAULT_COUNTRY
        self.fields["country"].initial = self.region
        if len(countries.get_allowed_regions()) == 1:
            del self.fields["country"]

    @classmethod
    def prefilled(
        cls, data: Any = None, *, phone_number: str | None = None, country_guess: str = ""
    ) -> Self:
        """The form filled with a number that was given before, and with that number's country.

        `country_guess`: the country to offer if there is no number, such as that of the client's
        IP; "" if it is not known.
        """
        region, national = numbers.to_national(phone_number) if phone_number else ("", "")
        region = countries.choose_region(region, country_guess)
        return cls(data, region=region, initial={"phone_number": national})

    @property
    def calling_code(self) -> str:
        """The calling code to show before the field if there is only one country."""
        return "" if "country" in self.fields else countries.calling_code(self.region)

    def clean_country(self) -> str:
        region: str = self.cleaned_data["country"] or self.region
        if region not in countries.get_allowed_regions():
            raise ValidationError(_("Choose from the list."), code="invalid_choice")
        return region

    def clean_phone_number(self) -> str:
        region = self.cleaned_data.get("country", self.region)
        return numbers.normalise(self.cleaned_data["phone_number"], region)
