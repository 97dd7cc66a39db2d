from django.apps import AppConfig


class TriedConfig(AppConfig):
    name = "tests.loopin.migrating.tried"
    label = "tried"
