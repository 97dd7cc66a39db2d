import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


@pytest.fixture
def statements():
    """`statements(call)`: the SQL that ran, as the server saw it."""

    def run(call, status=200):
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as captured:
            response = call()
        assert response.status_code == status, response.content
        return [query["sql"] for query in captured]

    return run
