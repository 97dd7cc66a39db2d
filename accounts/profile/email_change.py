"""Changes the e-mail address of an account, and tells the address before."""

from accounts import limits
from accounts.errors import RateLimited, TooManyChanges
from accounts.messaging import notices
from accounts.models import User
from loopin.errors import raises


@raises(TooManyChanges)
def change_email(user: User, email: str) -> None:
    """Set another address, which is not proven; the caller saves the user.

    The address before is told after the commit. Run it in the transaction of the change, so that a
    refused one counts nothing and tells nobody.
    """
    old_email, is_proven = user.email, user.is_email_verified
    user.change_email(email)
    if not old_email or old_email.lower() == email.lower():
        return
    try:
        limits.spend([limits.EMAIL_CHANGES_OF_ACCOUNT.limit_for(user.pk)])
    except RateLimited as refused:
        raise TooManyChanges(refused.retry_after) from None
    notices.email_changed(user, old_email, is_proven=is_proven)
