from django.apps import AppConfig


class LoopinConfig(AppConfig):
    name = "loopin"

    def ready(self) -> None:
        # They register themselves.
        from loopin import checks, readings, schedule  # noqa: F401, PLC0415
        from loopin.database_roles import ownership  # noqa: F401, PLC0415
        from loopin.doctor import backups, clock, database, email, files, site, worker  # noqa: F401, PLC0415
