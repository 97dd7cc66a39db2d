"""What PostgreSQL says of a broken rule is understood, in the words of the server itself."""

import psycopg
import pytest
from django.db import connection

from tests.each import each
from tests.upgrades.broken_rules import broken_rules

TABLE = """
CREATE TEMPORARY TABLE told (id int PRIMARY KEY, name text NOT NULL CHECK (name <> 'x'));
INSERT INTO told VALUES (1, 'a');
"""
BREAKS = {
    "SELECT gone FROM told": "column that the previous release reads",
    "INSERT INTO told (id, gone) VALUES (2, 'a')": "column that the previous release reads",
    "SELECT * FROM nowhere": "table",
    "SELECT nothing(1)": "function",
    "INSERT INTO told (id) VALUES (2)": "default in the database",
    "INSERT INTO told VALUES (2, 'x')": "constraint has to allow",
    "INSERT INTO told VALUES (1, 'b')": "unique index has to allow",
    "INSERT INTO told VALUES (1, 'b') ON CONFLICT (name) DO NOTHING": "unique index that",
    "UPDATE told SET id = 'a'::text": "keeps a type",
}


@pytest.mark.django_db
@each("statement", list(BREAKS))
def test_the_rule_is_read_from_what_the_server_says(statement):
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        with pytest.raises(psycopg.Error) as refused:
            cursor.connection.execute(statement)
    [found] = broken_rules(f"INFO all is well\nERROR {refused.value}\n")
    assert BREAKS[statement] in found


def test_a_clean_log_has_no_broken_rule():
    assert broken_rules("INFO GET /leads/ 200\nWARNING The worker ended and is started again") == []
