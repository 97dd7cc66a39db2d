"""Tokens with which programs of staff call the staff API."""

from accounts.models import ApiToken
from accounts.models.api_token import MAX_LIVE
from accounts.staff.errors import TooManyTokens


def create(user_id: int, *, name: str, scopes: list[str], days: int) -> str:
    """A token in words, shown once. `days`: how long it lives, 1 to 365. Raises TooManyTokens."""
    if ApiToken.objects.filter(user_id=user_id).live().count() >= MAX_LIVE:
        raise TooManyTokens
    token: str = ApiToken.objects.create_token(user_id, name=name, scopes=scopes, days=days)
    return token


def live_tokens(user_id: int) -> list[ApiToken]:
    """The newest first."""
    return list(ApiToken.objects.filter(user_id=user_id).live())


def revoke(token_id: int, *, user_id: int) -> None:
    """End one of the person's own tokens; another's, or one that is over, stays as it is."""
    ApiToken.objects.filter(pk=token_id, user_id=user_id).revoke()
