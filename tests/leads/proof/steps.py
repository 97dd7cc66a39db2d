"""What is known of Dave's number, and what a stranger does with it."""

from leads.models import Lead
from leads.models.lead_consent import NOTHING
from tests.accounts.conftest import ESHA
from tests.cast import DAVE

STRANGER = "198.51.100.7"
"""Where somebody is who does not have Dave's phone."""


def lead_of(phone_number=DAVE):
    return Lead.objects.get(phone_number=phone_number)


def state(lead):
    answer = "yes" if lead.consent_at else "no" if lead.refused_at else ""
    return f"{answer}:{lead.consent_proof}" if answer else NOTHING


def facts(lead):
    """What is known of the person, whoever asked for codes meanwhile."""
    columns = ("name", "email", "source", "status", "verified_at", "consent_version", "user_id")
    return (state(lead), lead.may_be_contacted, *(getattr(lead, name) for name in columns))


def register(api, ip=STRANGER):
    return api.post("/api/users/register/", ESHA | {"phone": DAVE}, REMOTE_ADDR=ip)
