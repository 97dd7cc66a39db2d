"""The PostgreSQL backend, which starts the embedded server at the first connection."""

from contextlib import suppress
from typing import Any

import psycopg

from loopin.embedded import running_server
from loopin.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict["HOST"] = running_server()
        self.settings_dict["USER"] = "postgres"
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            if "does not exist" not in str(error) or conn_params["dbname"] != "loopin":
                raise
        self._create_database(conn_params)
        return super().get_new_connection(conn_params)

    def _create_database(self, conn_params: dict[str, Any]) -> None:
        address = {"host": conn_params["host"], "user": "postgres", "dbname": "postgres"}
        another_was_first = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
        with (
            psycopg.connect(**address, autocommit=True) as connection,
            suppress(*another_was_first),
        ):
            connection.execute("CREATE DATABASE loopin")
