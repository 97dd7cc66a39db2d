import pytest

from loopin.config.environment import Environment, read_environment


@pytest.fixture
def told(monkeypatch):
    """`told(ENVIRONMENT="prod", …)`: what the process makes of exactly these variables."""

    def read(**variables):
        for name in Environment.model_fields:
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"ENV_FILE": ""} | variables).items():
            monkeypatch.setenv(name, value)
        return read_environment()

    return read
