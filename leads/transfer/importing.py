"""Imports leads from a file: a preview first, then all of them in one transaction."""

from django.db import transaction
from django.utils.timezone import localdate

from accounts import limits
from accounts.errors import RateLimited
from accounts.models import User
from leads import access, masking
from leads.access import Action
from leads.desk import search_limits
from leads.models import ImportBatch
from leads.transfer import import_file
from leads.transfer.errors import ImportExpired, ImportNotFound, PreviewsUsedUp


def preview(content: bytes, *, file_name: str, actor: User, region: str = "") -> ImportBatch:
    """Read a file and store its content for an hour; no lead is written. Two statements.

    `region`: the country of numbers without a country code, "" for `DEFAULT_COUNTRY`. A preview
    says how many of the numbers are known, so there are not many of them in a day. Raises
    NotPermitted, ImportRefused or PreviewsUsedUp.
    """
    access.require(actor, Action.IMPORT)
    file = import_file.read(content, region=region)
    _spend_preview(actor)
    known = ImportBatch.objects.known_numbers(list(file.leads))
    customers = {number for number, is_customer in known.items() if is_customer}
    leads = [lead for number, lead in file.leads.items() if number not in customers]
    batch: ImportBatch = ImportBatch.objects.create(
        creator=actor,
        file_name=file_name,
        leads=leads,
        errors=file.errors,
        ignored_columns=file.ignored_columns,
        rows=file.rows,
        repeated=file.repeated,
        expected_fresh=len(file.leads) - len(known),
        expected_known=len(known) - len(customers),
        customers=len(customers),
    )
    return batch


def _spend_preview(actor: User) -> None:
    if masking.may_have_all_numbers(actor):
        return
    today = limits.PREVIEWS_TODAY.limit_for(localdate(), actor.pk)
    try:
        limits.spend([today])
    except RateLimited as refused:
        search_limits.report("previewed many imports", actor)
        raise PreviewsUsedUp(refused.retry_after) from None


def batch_of(batch_id: int, *, actor: User) -> ImportBatch:
    """A batch that the actor uploaded, without its leads. Raises NotPermitted, ImportNotFound."""
    access.require(actor, Action.IMPORT)
    batch = ImportBatch.objects.defer("leads").filter(pk=batch_id, creator=actor).first()
    if batch is None:
        raise ImportNotFound
    return batch


def confirm(batch_id: int, *, actor: User) -> ImportBatch:
    """Write the leads of a batch; confirming again changes nothing.

    Raises NotPermitted, ImportNotFound or ImportExpired.
    """
    access.require(actor, Action.IMPORT)
    with transaction.atomic():
        ImportBatch.objects.write_leads(batch_id, actor_id=actor.pk)
    batch = batch_of(batch_id, actor=actor)
    if batch.confirmed_at is None:
        raise ImportExpired
    return batch
