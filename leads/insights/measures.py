"""The measures of leads: the columns of LeadCohort, each with the condition of the leads it
counts."""

from collections.abc import Mapping
from itertools import pairwise

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from leads.models.lead_choices import DROP_OFFS, NO_ATTEMPT, Stage

STAGES = {
    "requested": _("Asked for a code"),
    "delivered": _("Code delivered"),
    "attempted": _("Typed a code"),
    "verified": _("Verified"),
    "completed": _("Profile complete"),
}
"""Each includes those who came further."""

STOPPED_BY = {f"stopped_{reason}": label for reason, label in DROP_OFFS.items()}

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

VERIFIED_IN = {
    "verified_in_30_s": (30, _("up to 30 s")),
    "verified_in_1_min": (MINUTE, _("up to 1 min")),
    "verified_in_2_min": (2 * MINUTE, _("up to 2 min")),
    "verified_in_5_min": (5 * MINUTE, _("up to 5 min")),
    "verified_in_10_min": (10 * MINUTE, _("up to 10 min")),
    "verified_in_1_h": (HOUR, _("up to 1 h")),
    "verified_in_1_day": (DAY, _("up to 1 day")),
    "verified_later": (None, _("longer")),
}
CONTACTED_IN = {
    "contacted_in_5_min": (5 * MINUTE, _("up to 5 min")),
    "contacted_in_30_min": (30 * MINUTE, _("up to 30 min")),
    "contacted_in_1_h": (HOUR, _("up to 1 h")),
    "contacted_in_4_h": (4 * HOUR, _("up to 4 h")),
    "contacted_in_1_day": (DAY, _("up to 1 day")),
    "contacted_later": (None, _("longer")),
}
"""Seconds from the lead's creation, a step's own end included; None: however long."""

FIRST_CONTACT = {
    "contacted_in_time": _("In time"),
    "contacted_late": _("Late"),
    "contact_missing": _("Not contacted yet"),
}


def _stages() -> dict[str, str]:
    reached = Stage.values
    return {
        name: f"stage IN ({', '.join(repr(stage) for stage in reached[position:])})"
        for position, name in enumerate(STAGES)
    }


def _stops() -> dict[str, str]:
    return {
        f"stopped_{reason}": f"verified_at IS NULL AND trouble = '{trouble}'"
        for reason, trouble in {**{name: name for name in DROP_OFFS}, NO_ATTEMPT: ""}.items()
    }


def _steps(steps: Mapping[str, tuple[int | None, StrOrPromise]], moment: str) -> dict[str, str]:
    ends = [None, *(end for end, _label in steps.values())]
    conditions = {}
    for name, (start, end) in zip(steps, pairwise(ends), strict=True):
        after = (
            f"{moment} > created_at + interval '{start} s'" if start else f"{moment} IS NOT NULL"
        )
        until = f" AND {moment} <= created_at + interval '{end} s'" if end else ""
        conditions[name] = after + until
    return conditions


# Who became a customer without a call needed none; and nobody is late who may not call.
_FIRST_CONTACT = {
    "contacted_in_time": "first_contacted_at <= created_at + %(first_contact)s",
    "contacted_late": "first_contacted_at > created_at + %(first_contact)s",
    "contact_missing": (
        "first_contacted_at IS NULL AND converted_at IS NULL AND phone_number IS NOT NULL"
        " AND status <> %(do_not_contact)s"
        " AND refused_at IS NULL AND (NOT %(needs_consent)s OR consent_at IS NOT NULL"
        " AND (NOT %(needs_proof)s OR consent_proof = %(proven)s))"
    ),
}

MEASURES = {
    **_stages(),
    **_stops(),
    **_steps(VERIFIED_IN, "verified_at"),
    **_steps(CONTACTED_IN, "first_contacted_at"),
    **_FIRST_CONTACT,
}
