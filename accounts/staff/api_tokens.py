"""Creates, lists and revokes the personal API tokens of staff."""

from accounts.models import ApiToken
from accounts.models.api_token import MAX_LIVE
from accounts.staff.errors import TooManyTokens


def create(user_id: int, *, name: str, scopes: list[str], days: int) -> str:
    """Create a token; its text is shown once and not stored. `days`: its lifetime, 1 to 365. Raises
    TooManyTokens."""
    if ApiToken.objects.filter(user_id=user_id).live().count() >= MAX_LIVE:
        raise TooManyTokens
    token: str = ApiToken.objects.create_token(user_id, name=name, scopes=scopes, days=days)
    return token


def live_tokens(user_id: int) -> list[ApiToken]:
    """The person's live tokens, the newest first."""
    return list(ApiToken.objects.filter(user_id=user_id).live())


def revoke(token_id: int, *, user_id: int) -> None:
    """Revoke one of the person's own live tokens; any other token stays as it is."""
    ApiToken.objects.filter(pk=token_id, user_id=user_id).revoke()
