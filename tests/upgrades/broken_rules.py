"""Which rule of docs/upgrades.md a migration broke, read from what the previous release says."""

import re

RULES = {
    r'column "?[\w.]+"? (of relation "\w+" )?does not exist': (
        "a column that the previous release reads or writes has to stay"
    ),
    r'relation "[\w.]+" does not exist': "a table that the previous release uses has to stay",
    r"function [\w.]+\(.*\) does not exist": (
        "a function that the previous release calls has to stay"
    ),
    r'null value in column "\w+"': "a column that may not be empty needs a default in the database",
    r"violates check constraint": "a constraint has to allow what the previous release writes",
    r"violates foreign key constraint": "a reference has to allow what the previous release writes",
    r"duplicate key value violates unique constraint": (
        "a unique index has to allow what the previous release writes"
    ),
    r"no unique or exclusion constraint matching the ON CONFLICT": (
        "a unique index that the previous release names has to stay"
    ),
    r"cannot insert a non-DEFAULT value|is of type \w+ but expression is of type": (
        "a column keeps a type that takes what the previous release writes"
    ),
    r"permission denied": "the previous release keeps its rights",
}
"""What PostgreSQL says, and the rule."""


def broken_rules(log: str) -> list[str]:
    """The rules, each with the first line that shows that it is broken; [] if the log is clean."""
    found: dict[str, str] = {}
    for line in log.splitlines():
        rule = next((RULES[pattern] for pattern in RULES if re.search(pattern, line)), "")
        found.setdefault(rule, line.strip())
    return [f"{rule}: {line}" for rule, line in found.items() if rule]
