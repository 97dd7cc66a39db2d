"""No request costs more than `benchmarks/budgets.py` allows, and no process loads more.

Everything is counted, nothing timed.
"""

import pytest
from django.db import connection

from benchmarks import budgets
from benchmarks.counted import counted
from benchmarks.site import ROOT


@pytest.mark.django_db(transaction=True)
def test_no_request_costs_more_than_its_budget(tmp_path):
    connection.ensure_connection()
    database = connection.settings_dict
    folder = tmp_path / "counted"
    one = counted(ROOT, folder, database["HOST"], database["NAME"], is_migrated=True)
    with one as process:
        assert list(budgets.exceeded(process)) == []


def test_no_process_loads_more_than_its_budget():
    assert list(budgets.exceeded_modules()) == []
