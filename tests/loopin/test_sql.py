"""Values on their way to PostgreSQL."""

from loopin.sql import array_of, fetch_row
from tests.each import each


@each("values", [[], ["a"], ["send_ip:2001:db8::/64", 'a "b", {c}', "\\", "", "NULL", "संगीत\n"]])
def test_an_array_arrives_as_it_is(db, values):
    assert fetch_row("SELECT %(it)s::text[]", {"it": array_of(values)}) == (values,)


def test_numbers_too(db):
    assert fetch_row("SELECT %(it)s::int[]", {"it": array_of([0, -1, 2**31 - 1])}) == (
        [0, -1, 2**31 - 1],
    )
