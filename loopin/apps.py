from django.apps import AppConfig


class LoopinConfig(AppConfig):
    name = "loopin"

    def ready(self) -> None:
        from loopin import schedule  # noqa: F401, PLC0415  it registers itself
