"""Changes the e-mail address of an account, so that the address before can be told."""

from dataclasses import dataclass

from accounts import limits
from accounts.errors import RateLimited, TooManyChanges
from accounts.messaging import notices
from accounts.models import User
from loopin.errors import raises


@dataclass(frozen=True)
class OldAddress:
    """An address that an account had. `is_proven`: whether it was proven to be the person's."""

    email: str
    is_proven: bool

    def tell(self) -> None:
        """Call it with no transaction open."""
        notices.email_changed(self.email, is_proven=self.is_proven)


@raises(TooManyChanges)
def change_email(user: User, email: str) -> OldAddress | None:
    """Set another address, which is not proven; the caller saves the user.

    Returns the address to tell after the commit, None if there is none. Run it in the transaction
    of the change, so that a refused one counts nothing.
    """
    before = OldAddress(user.email, user.is_email_verified)
    user.change_email(email)
    if not before.email or before.email.lower() == email.lower():
        return None
    try:
        limits.spend([limits.EMAIL_CHANGES_OF_ACCOUNT.limit_for(user.pk)])
    except RateLimited as refused:
        raise TooManyChanges(refused.retry_after) from None
    return before
