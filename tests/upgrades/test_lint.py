"""The linter finds migrations that an upgrade beside a running site would suffer from."""

import tomllib

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.each import each
from tests.upgrades import lint

pytestmark = pytest.mark.django_db(transaction=True)  # an index is never built within one

SQL = {
    'BEGIN; ALTER TABLE "leads_lead" DROP COLUMN "stage"; COMMIT;': {"ban-drop-column"},
    'BEGIN; ALTER TABLE "leads_lead" RENAME COLUMN "stage" TO "step"; COMMIT;': {"renaming-column"},
    'BEGIN; DROP TABLE "leads_lead"; COMMIT;': {"ban-drop-table"},
    'BEGIN; CREATE INDEX "i" ON "leads_lead" ("stage"); COMMIT;': {
        "require-concurrent-index-creation"
    },
    'BEGIN; ALTER TABLE "leads_lead" ADD COLUMN "x" bigint NOT NULL; COMMIT;': {
        "adding-required-field"
    },
    'BEGIN; ALTER TABLE "leads_lead" ADD CONSTRAINT "c" CHECK ("x" > 0); COMMIT;': {
        "constraint-missing-not-valid"
    },
    'BEGIN; ALTER TABLE "leads_lead" ALTER COLUMN "x" TYPE bigint; COMMIT;': {
        "changing-column-type"
    },
    'ALTER TABLE "leads_lead" ADD COLUMN "x" bigint;': {"prefer-robust-stmts"},
    'CREATE INDEX CONCURRENTLY "i" ON "leads_lead" ("stage");': set(),
    'BEGIN; ALTER TABLE "leads_lead" ADD CONSTRAINT "c" CHECK ("x" > 0) NOT VALID; COMMIT;': set(),
}


@each("sql", list(SQL))
def test_squawk_finds_what_holds_others_up_or_breaks_them(sql):
    assert {rule for rule, _ in lint.found_by_squawk(sql)} == SQL[sql]


@pytest.fixture
def rules_broken_by(settings):
    """The rules that a migration of the made-up app breaks."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.upgrades.bad"]

    def find(name):
        migration = MigrationLoader(None).disk_migrations["bad", name]
        return {rule for rule, _ in lint.findings_of(migration)}

    return find


def test_a_bad_migration_is_found(rules_broken_by):
    assert rules_broken_by("0002_bad") == {
        "ban-drop-default",
        "renaming-column",
        "require-concurrent-index-creation",
        "ban-drop-column",
        "backfill-in-batches",
    }


def test_a_migration_that_leaves_the_previous_release_at_work_is_not(rules_broken_by):
    assert rules_broken_by("0001_good") == set()


def test_our_migrations_keep_the_rules():
    assert list(lint.problems(tomllib.loads(lint.EXCEPTIONS.read_text()))) == []


def test_an_exception_that_nothing_needs_is_told():
    kept = tomllib.loads(lint.EXCEPTIONS.read_text())
    kept["accounts"]["0001_initial"] = {"ban-drop-table": "not released"}
    assert [*lint.problems(kept)] == ["accounts.0001_initial: ban-drop-table: needs no exception"]
