"""What services may know of people, and the line in the security log that they asked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from accounts import limits
from accounts.consent import flows as consent
from accounts.models import SecurityEvent, User
from accounts.models.security_event import Kind
from accounts.service.errors import UserDeleted, UserUnknown
from accounts.service.sql import BY_IDS, BY_NUMBER
from loopin.errors import raises
from loopin.sql import fetch_records
from loopin.web import media_urls

Person = dict[str, Any]

SAID_NOTHING = {"contact_consent": None, "contact_consent_at": None, "may_be_contacted": False}


@dataclass(frozen=True)
class People:
    """`users`: as `ServiceUserOut` describes them. `deleted`: only their ids, and since when."""

    users: list[Person] = field(default_factory=list)
    deleted: list[Person] = field(default_factory=list)

    @property
    def ids(self) -> set[int]:
        return {person["id"] for person in (*self.users, *self.deleted)}


@raises(UserUnknown, UserDeleted)
def read(user_id: int, *, reader: User) -> Person:
    """One person by their id; three statements."""
    found = people_of(fetch_records(BY_IDS, _values(ids=[user_id])))
    if found.deleted:
        raise UserDeleted
    if not found.users:
        raise UserUnknown
    record(reader, "id", found)
    return found.users[0]


@raises(limits.spend, UserUnknown)
def look_up(phone_number: str, *, reader: User) -> Person:
    """The person who has proven this number (E.164). Written down and counted, found or not."""
    limits.spend([limits.SERVICE_LOOKUPS.limit_for(reader.pk)])
    found = people_of(fetch_records(BY_NUMBER, _values(phone_number=phone_number)))
    record(reader, "number", found, recipient=phone_number)
    if not found.users:
        raise UserUnknown
    return found.users[0]


def read_many(ids: Collection[int], *, reader: User, way: str = "batch") -> People:
    """Those of the people with these ids whom services may know; at most three statements.

    `way`: how they were asked for, for the security log.
    """
    found = people_of(fetch_records(BY_IDS, _values(ids=list(ids)))) if ids else People()
    record(reader, way, found)
    return found


def people_of(rows: list[Person]) -> People:
    """Rows of the statements, with what people said about being contacted."""
    found = People()
    said = consent.get_consents([row["id"] for row in rows if not row["is_deleted"]])
    for row in rows:
        is_deleted, deleted_at = row.pop("is_deleted"), row.pop("deleted_at")
        if is_deleted:
            found.deleted.append({"id": row["id"], "deleted_at": deleted_at})
        else:
            found.users.append(row | said.get(row["id"], SAID_NOTHING))
    return found


def record(reader: User, way: str, found: People, *, recipient: str | None = None) -> None:
    """Write down which service read whose data with which key. An empty answer is no reading,
    unless it is about a number."""
    if not found.users and recipient is None:
        return
    ids = [person["id"] for person in found.users]
    data = {"key": reader.token_id, "way": way, "users": ids}
    SecurityEvent.objects.record(
        Kind.SERVICE_READ_PEOPLE, user_id=reader.pk, recipient=recipient, data=data
    )


def _values(**values: Any) -> dict[str, Any]:
    return values | {"media": media_urls.get_base_url()}
