"""The pages' door to the profile: complete it, see it, edit it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import consent
from accounts.flows import profile as profiles
from accounts.forms.contact import ContactForm
from accounts.forms.profile import ProfileForm
from accounts.models import UserProfile
from accounts.picture_errors import NoPictures
from accounts.views.access import CustomerRequest, customer_only
from loopin.http import page

SAVED = {
    True: "Saved. We may call or message you.",
    False: "Saved. We do not call or message you.",
}


@never_cache
@require_safe
@customer_only
def profile(request: CustomerRequest) -> HttpResponse:
    shown = UserProfile.objects.shown(request.user.pk)
    if shown is None:
        return redirect("complete_profile")
    wish = consent.wish_of(request.user.pk)
    contact_form = ContactForm(initial=wish) if wish else None
    return page(request, "accounts/profile.html", {"profile": shown, "contact_form": contact_form})


@require_POST
@customer_only
def contact(request: CustomerRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    if form.is_valid():
        consent.change(request.user.pk, str(request.user.phone_number), **form.cleaned_data)
        messages.success(request, SAVED[form.cleaned_data["contact_consent"]])
    return redirect("profile")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def complete_profile(request: CustomerRequest) -> HttpResponse:
    if request.user.has_profile:
        return redirect("edit_profile")
    form = ProfileForm.of(request.user, request.POST or None)
    if form.is_valid():
        try:
            profiles.complete(request.user.pk, form.cleaned_data)
            messages.success(request, "Welcome to Loopin! Your profile is complete.")
            return redirect("profile")
        except NoPictures as error:
            form.refuse(error)
    return page(request, "accounts/complete_profile.html", {"form": form}, status=form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def edit_profile(request: CustomerRequest) -> HttpResponse:
    if not request.user.has_profile:
        return redirect("complete_profile")
    form = ProfileForm.of(request.user, request.POST or None)
    if form.is_valid():
        profiles.change(request.user.pk, form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    return page(request, "accounts/edit_profile.html", {"form": form}, status=form.status)
