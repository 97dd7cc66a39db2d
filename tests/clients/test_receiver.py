"""The receiver in TypeScript that the documents show compiles as strictly as our own programs."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("clients")

RECEIVER = Path(__file__).parents[2] / "docs" / "examples" / "receiver.ts"
STRICT = (
    *("--noEmit", "--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"),
    *("--noUnusedLocals", "--noImplicitReturns", "--erasableSyntaxOnly", "--types", "node"),
    *("--target", "es2024", "--module", "nodenext"),
)


def test_the_receiver_of_the_documents_compiles(run, folder):
    shutil.copy(RECEIVER, folder)
    run("tsc", *STRICT, RECEIVER.name)
