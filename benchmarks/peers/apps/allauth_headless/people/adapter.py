from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from sent_codes import send_code

from people.models import User


class Adapter(DefaultAccountAdapter):
    """Where allauth finds and keeps numbers, and how codes leave."""

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_: Any) -> None:
        send_code(phone, code)

    def send_unknown_account_sms(self, phone: str, **_: Any) -> None:
        pass

    def send_account_already_exists_sms(self, phone: str) -> None:
        pass
