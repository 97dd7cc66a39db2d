from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # They register themselves.
        from accounts import checks, readings, receivers, schedule  # noqa: F401, PLC0415
