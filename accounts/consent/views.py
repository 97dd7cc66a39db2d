"""The page for consent: the form with the box on the profile page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import CustomerRequest, customer_only
from accounts.consent import flows
from accounts.consent.forms import ContactForm

SAVED = {
    True: gettext_lazy("Saved. We may call or message you."),
    False: gettext_lazy("Saved. We do not call or message you."),
}


@require_POST
@customer_only
def contact(request: CustomerRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    if form.is_valid():
        flows.change(request.user.pk, str(request.user.phone_number), **form.cleaned_data)
        messages.success(request, SAVED[form.cleaned_data["contact_consent"]])
    return redirect("profile")
