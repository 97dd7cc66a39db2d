"""The pages for the profile: complete it in steps, see it, edit it in place."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import CustomerRequest, customer_only
from accounts.consent import flows as consent
from accounts.consent.forms import ContactForm
from accounts.models import UserProfile
from accounts.profile import drafts
from accounts.profile.forms import SectionForm
from accounts.profile.sections import SECTIONS, Section
from loopin.web.http import leave, page


@never_cache
@require_safe
@customer_only
def profile(request: CustomerRequest) -> HttpResponse:
    profile_data = UserProfile.objects.as_json(request.user.pk)
    if profile_data is None:
        return redirect("complete_profile")
    contact_consent = consent.get_consent(request.user.pk)
    contact_form = ContactForm(initial=contact_consent) if contact_consent else None
    context = {
        "profile": profile_data,
        "contact_form": contact_form,
        "sections": SECTIONS,
    }
    return page(request, "accounts/profile/profile.html", context)


@never_cache
@require_safe
@customer_only
def complete_profile(request: CustomerRequest) -> HttpResponse:
    """Redirects to the first step that is not done, on whichever device the others were."""
    if request.user.has_profile:
        return redirect("profile")
    return redirect("profile_step", drafts.progress_of(request.user.pk).next)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def profile_step(request: CustomerRequest, section: Section) -> HttpResponse:
    progress = drafts.progress_of(request.user.pk)
    step = progress.step(section)
    if request.user.has_profile or not step.is_open:
        return redirect("complete_profile")
    if section.page and request.method != "POST":
        return leave(request, section.page)
    form = _form(request, section, {"email": request.user.email} | progress.answers)
    if form.is_valid():
        following = drafts.save(request.user.pk, section, form.cleaned_data)
        if following is not None:
            return redirect("profile_step", following)
        messages.success(request, _("Welcome to Loopin! Your profile is complete."))
        return redirect("profile")
    form.recall(progress.problems)
    context = {"form": form, "step": step, "steps": progress.steps}
    return page(request, "accounts/profile/profile_step.html", context, status=form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@customer_only
def edit_profile(request: CustomerRequest, section: Section) -> HttpResponse:
    profile_data = UserProfile.objects.as_json(request.user.pk)
    if profile_data is None:
        return redirect("complete_profile")
    if section.page:
        return redirect(section.page)
    chosen = [interest["id"] for interest in profile_data["event_interests"]]
    form = _form(request, section, profile_data | {"event_interests": chosen})
    if form.is_valid():
        drafts.change(request.user.pk, form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    is_in_place = request.htmx.target == section.place
    context = {"form": form, "section": section, "is_in_place": is_in_place}
    template, partial = "accounts/profile/edit_profile.html", "section_form" if is_in_place else ""
    return page(request, template, context, status=form.status, partial=partial)


def _form(request: CustomerRequest, section: Section, initial: dict[str, Any]) -> SectionForm:
    data = request.POST if request.method == "POST" else None
    return SectionForm(section, data, initial=initial)
