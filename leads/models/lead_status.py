"""The status machine of leads: which status may follow which, and at whose word.

The flows ask `may_follow`, the statements of SQL say who asks (`NAME_ACTOR`), and a trigger that is
made of the same table refuses every other write, whoever sends it.
"""

from enum import StrEnum

from leads.models.lead_choices import Status


class Actor(StrEnum):
    """At whose word a status changes."""

    AGENT = "agent"
    MANAGER = "manager"
    PERSON = "person"
    IMPORT = "import"


STAFF = frozenset({Actor.AGENT, Actor.MANAGER})
_WITH_LISTS = STAFF | {Actor.IMPORT}

MOVES: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.NEW, Status.CONTACTED): STAFF,
    (Status.NEW, Status.FOLLOW_UP): _WITH_LISTS,
    (Status.NEW, Status.LOST): STAFF,
    (Status.NEW, Status.DO_NOT_CONTACT): STAFF,
    (Status.CONTACTED, Status.FOLLOW_UP): _WITH_LISTS,
    (Status.CONTACTED, Status.LOST): STAFF,
    (Status.CONTACTED, Status.DO_NOT_CONTACT): STAFF,
    (Status.FOLLOW_UP, Status.NEW): frozenset({Actor.IMPORT}),
    (Status.FOLLOW_UP, Status.CONTACTED): _WITH_LISTS,
    (Status.FOLLOW_UP, Status.LOST): STAFF,
    (Status.FOLLOW_UP, Status.DO_NOT_CONTACT): STAFF,
    (Status.LOST, Status.CONTACTED): STAFF,
    (Status.LOST, Status.FOLLOW_UP): STAFF,
    (Status.LOST, Status.DO_NOT_CONTACT): STAFF,
    (Status.DO_NOT_CONTACT, Status.NEW): frozenset({Actor.MANAGER, Actor.PERSON}),
    **{
        (before, Status.CONVERTED): frozenset({Actor.PERSON})
        for before in Status
        if before != Status.CONVERTED
    },
}
"""Who may make which move. A lead becomes new again when a manager or the person takes "do not
contact" back, or when an import is undone. A completed profile alone makes a customer, who stays
one."""

CALLED = frozenset({Status.CONTACTED, Status.FOLLOW_UP})
"""The statuses of people who are called, which nobody gets who said no."""

# It holds for the next statement that writes a status; a trigger ends it.
NAME_ACTOR = "SELECT set_config('loopin.status_actor', %s, TRUE)"


def may_follow(before: Status, after: Status, by: Actor, *, has_refused: bool = False) -> bool:
    """Whether a lead may move between two different statuses. `has_refused`: whether the person
    said no (`Lead.refused_at`)."""
    is_move = by in MOVES.get((before, after), ())
    return is_move and not (has_refused and after in CALLED)


def choices_after(before: Status) -> list[Status]:
    """The statuses that staff may give next, in the order of the funnel."""
    return [after for after in Status if STAFF & MOVES.get((before, after), frozenset())]
