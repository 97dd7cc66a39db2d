from django import forms

from leads.models.lead import Status


class LeadFilterForm(forms.Form):
    """The desk's filter, sent by GET. What it does not understand it leaves out."""

    phone = forms.CharField(
        label="Phone",
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"type": "search", "inputmode": "tel", "placeholder": "Part of the number"}
        ),
    )
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "All"), *Status.choices]
    )

    def cleaned_filters(self) -> dict[str, str]:
        """The arguments of `Lead.objects.filtered`."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
