import secrets

from django_otp.plugins.otp_totp.models import TOTPDevice

from loopin.crypto import encryption

KEY_BYTES = 20
"""RFC 4226 §4 (R6) recommends 160 bits."""


def generate_key(user_id: int) -> str:
    """A random key for the app of this person, encrypted, as rows keep it (64 characters)."""
    return encryption.encrypt(secrets.token_bytes(KEY_BYTES), use=_use(user_id))


def reencrypt_key(key: str, user_id: int) -> str:
    """The same key, encrypted anew with the first of `ENCRYPTION_KEYS`."""
    use = _use(user_id)
    return encryption.encrypt(encryption.decrypt(key, use=use), use=use)


def _use(user_id: int) -> str:
    return f"authenticator app of user {user_id}"


# django-otp has no types.
class AuthenticatorApp(TOTPDevice):  # type: ignore[misc]
    """The app with which a member of staff makes codes: django-otp's device, with its key
    encrypted."""

    class Meta:
        proxy = True
        default_permissions = ()

    @property
    def bin_key(self) -> bytes:
        """The key, from which django-otp makes codes and the address that apps read."""
        return encryption.decrypt(self.key, use=_use(self.user_id))
