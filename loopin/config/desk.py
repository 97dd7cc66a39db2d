"""The variables of the sales desk, and how long data is kept."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from loopin.config.variables import BaseVariables, Format


class DeskVariables(BaseVariables):
    """The sales desk."""

    LEAD_CONSENT_REQUIRED: bool = Field(
        True,
        description="Whether sales may contact only people who agreed. Set it to false where the"
        " consent is asked elsewhere. After a change run `manage.py rebuild_insights`, which"
        " computes the figures again.",
    )
    LEAD_CONSENT_PROOF: Literal["claimed", "proven"] = Field(
        "claimed",
        description="Whose consent counts: with claimed also that of a number which nobody has"
        " proven yet, or of an imported list; with proven only that of a person who has typed a"
        " code. A no always counts. After a change run `manage.py rebuild_insights`, which computes"
        " the figures again.",
    )
    LEAD_FIRST_CONTACT_MINUTES: int = Field(
        30,
        ge=1,
        le=100_000,
        description="Within how many minutes somebody should call a lead for the first time. The"
        " list marks those that wait longer. After a change run `manage.py rebuild_insights`, which"
        " computes the figures again.",
    )
    LEAD_AUTO_ASSIGN: bool = Field(
        False,
        description="Whether each fresh lead is given to one of the agents on shift, in turn, as"
        " soon as it may be called.",
    )
    LEAD_STALLED_MINUTES: int = Field(
        60,
        ge=1,
        le=100_000,
        description="After how many minutes without activity a sign-up counts as stalled, which"
        " webhooks tell.",
    )
    REVEALS_PER_DAY: int = Field(
        200,
        ge=1,
        le=100_000,
        description="How many full numbers one member of staff may look at in a day in India, and"
        " search for while they are masked. The next one is refused until the day is over.",
    )
    IMPORT_MAX_MB: int = Field(
        150,
        ge=1,
        le=2000,
        description="How large a file with leads may be, in MB (of 1 048 576 bytes); a million rows"
        " have about 100. The proxy in front must let as much through.",
    )
    LEAD_RETENTION_DAYS: int = Field(
        90,
        ge=1,
        le=3650,
        description="After how many days without activity `purge` removes leads that never"
        " verified their number, the names and notes of those who said no, and profiles that were"
        " begun and not completed. Leads with a holder, a promised call or a no stay.",
    )
    SECURITY_EVENT_RETENTION_DAYS: int = Field(
        365,
        ge=1,
        le=3650,
        description="After how many days security events go, with the whole month (UTC) that they"
        " are of, and `purge` removes the records of exports and imports. India's DPDP Rules 2025"
        " (rule 6) want such logs kept for a year.",
    )
    SMS_PRICE: Decimal = Field(
        Decimal(0),
        ge=0,
        le=1000,
        description="What one message costs, for the figures of the desk. With 0 they show messages"
        " per verified lead instead.",
    )
    SMS_CURRENCY: Annotated[str, Format("three capital letters")] = Field(
        "INR",
        pattern="^[A-Z]{3}$",
        description="The currency of SMS_PRICE, as ISO 4217 writes it.",
    )
