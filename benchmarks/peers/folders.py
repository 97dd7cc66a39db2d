"""Where the peers are: their sources here, and what is made of them in a folder below `var/`."""

from pathlib import Path

from benchmarks.site import ROOT

SOURCES = Path(__file__).parent
APPS = SOURCES / "apps"
SCRATCH = ROOT / "var" / "bench"
"""Kept from run to run: programs, the database with its rows, checkouts of earlier revisions."""

PYTHON = SCRATCH / "python"
CODES = SCRATCH / "codes"
"""The file to which the peers add the codes that they send."""
