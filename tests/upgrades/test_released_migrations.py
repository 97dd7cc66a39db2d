"""Migrations that are in the field stay as they are: another text would reach new sites alone."""

import pytest

from tests.each import each
from tests.released import release

KEPT = release.kept()


@each("path", sorted(KEPT.migrations))
def test_a_released_migration_is_frozen(path):
    file = release.ROOT / path
    assert file.exists(), f"{path} is part of release {KEPT.version}"
    assert release.digest(file.read_bytes()) == KEPT.migrations[path], (
        f"{path} is part of release {KEPT.version}: put the change into a migration of its own"
    )


@pytest.mark.skipif(
    not release.is_in_history(KEPT.commit), reason="this copy's history does not reach so far back"
)
def test_the_release_is_kept_as_its_commit_has_it():
    assert release.of_commit(KEPT.commit) == KEPT
    assert release.FILE.read_text() == KEPT.text()
