import django_stubs_ext
from django.apps import AppConfig

django_stubs_ext.monkeypatch()  # lets Django's generic classes be subscripted, before any is


class LoopinConfig(AppConfig):
    name = "loopin"

    def ready(self) -> None:
        # They register themselves.
        from loopin import checks, readings, schedule  # noqa: F401, PLC0415
        from loopin.database_roles import ownership  # noqa: F401, PLC0415
