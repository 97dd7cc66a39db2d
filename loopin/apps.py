from django.apps import AppConfig


class LoopinConfig(AppConfig):
    name = "loopin"

    def ready(self) -> None:
        # They register themselves.
        from loopin import checks, readings, schedule  # noqa: F401, PLC0415
        from loopin.database_roles import ownership  # noqa: F401, PLC0415
        from loopin.doctor import (  # noqa: PLC0415
            backups,  # noqa: F401
            clock,  # noqa: F401
            database,  # noqa: F401
            email,  # noqa: F401
            files,  # noqa: F401
            partitions,  # noqa: F401
            replica,  # noqa: F401
            site,  # noqa: F401
            worker,  # noqa: F401
        )
