from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from leads import purges, receivers  # noqa: F401, PLC0415  they register themselves
        from leads.insights import chores  # noqa: F401, PLC0415
