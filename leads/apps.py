from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads import readings, receivers, schedule  # noqa: F401, PLC0415  they register themselves
