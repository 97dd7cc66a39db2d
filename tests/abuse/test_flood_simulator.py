"""The simulator of floods, in small: it plays the product's own limits in simulated time."""

from random import Random

import pytest
from django.db import connection

from benchmarks.flood_rules import Authgear, Loopin
from benchmarks.flood_simulator import simulate
from benchmarks.flood_traffic import launch, pumping

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_path_of_its_own(monkeypatch):
    """The simulated `now()` is found before PostgreSQL's own until the test is over."""
    monkeypatch.setattr("accounts.codes.proof_of_work.ITERATIONS", 1)
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET search_path")


def test_fixed_limits_stop_a_launch_and_typed_codes_make_room_for_it():
    people = list(launch(Random(2), people=120, seconds=300))
    assert simulate(people, Loopin("off", makes_room=False)).stopped == 90
    assert simulate(people, Loopin("off")).stopped == 0
    assert simulate(people, Loopin("on")).stopped == 0
    assert simulate(people, Authgear(0)).stopped > 90


def test_a_flood_that_solves_nothing_gets_what_a_country_gives_unasked():
    flood = list(pumping(Random(3), "leave", asks=120))
    assert simulate(flood, Loopin("off")).caught == 0
    assert simulate(flood, Loopin("on")).caught == 70
    assert simulate(list(pumping(Random(3), "solve", asks=120)), Loopin("on")).caught == 0
