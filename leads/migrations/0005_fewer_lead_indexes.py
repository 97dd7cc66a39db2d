"""Replace the indexes of leads that every step of a sign-up wrote, and drop those nothing reads.

Release 1.0 finds the same leads without them, by other indexes or by reading the table. What is
removed: three indexes of columns that change at each step, two of foreign keys whose few values
have partial indexes, and one for LIKE.
"""

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q

ROWS_A_TRANSACTION = 1000

NEWEST = (F("created_at").desc(), F("id").desc())
UNVERIFIED = Q(verified_at__isnull=True)
MAY_STALL = (
    Q(converted_at__isnull=True, phone_number__isnull=False)
    & ~Q(status__in=["lost", "do_not_contact"])
    & (Q(stalled_at__isnull=True) | Q(stalled_at__lt=F("active_slot_at")))
)
INDEXES = [
    models.Index(fields=["active_slot_at"], name="lead_active_slot"),
    models.Index(*NEWEST, condition=UNVERIFIED, name="lead_unverified_newest"),
    models.Index(
        *NEWEST,
        condition=Q(attempted_at__isnull=False, verified_at__isnull=True),
        name="lead_attempted_newest",
    ),
    models.Index(
        *NEWEST,
        condition=Q(verified_at__isnull=False, converted_at__isnull=True),
        name="lead_verified_newest",
    ),
    models.Index(fields=["active_slot_at"], condition=MAY_STALL, name="lead_stalls_next"),
]

# Room on each page, so that a changed lead stays on its page and no index is written. Vacuum comes
# after a fiftieth of the table has changed rather than after a fifth, and so do the statistics by
# which the desk's estimates and plans are made. The lock lets reads and writes pass.
SETTINGS = """
ALTER TABLE leads_lead SET (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02
)
"""
RESET_SETTINGS = """
ALTER TABLE leads_lead RESET (
    fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
    autovacuum_analyze_scale_factor
)
"""


def drop(index, definition):
    """An index that Django made of a field, by the name that it gave it."""
    return migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {definition}",
    )


def unindexed(name, **options):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        blank=True,
        db_index=False,
        null=True,
        related_name="+",
        **options,
    )
    return migrations.AlterField("lead", name, user)


def fill_slots(apps, schema_editor):
    """In the order of the table, a thousand rows at a time, so that no sign-up waits for long."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(max(id), 0) FROM leads_lead WHERE active_slot_at IS NULL")
        [last] = cursor.fetchone()
        for first in range(1, last + 1, ROWS_A_TRANSACTION):
            cursor.execute(
                "UPDATE leads_lead SET active_slot_at = leads_active_slot(last_activity_at)"
                " WHERE id BETWEEN %s AND %s AND active_slot_at IS NULL",
                [first, first + ROWS_A_TRANSACTION - 1],
            )


class Migration(migrations.Migration):
    atomic = False  # indexes are built and dropped while the product runs

    dependencies = [("leads", "0004_active_slot")]

    operations = [
        RemoveIndexConcurrently("lead", "lead_last_active_first"),
        RemoveIndexConcurrently("lead", "lead_stage_newest_first"),
        RemoveIndexConcurrently("lead", "lead_may_stall"),
        migrations.SeparateDatabaseAndState(
            [
                drop("leads_lead_owner_id_1f4568d0", "leads_lead (owner_id)"),
                drop("leads_lead_promised_by_id_195ceb87", "leads_lead (promised_by_id)"),
            ],
            [
                unindexed("owner"),
                unindexed(
                    "promised_by",
                    help_text="Who said that they would call at the time of the follow-up.",
                ),
            ],
        ),
        drop(
            "leads_lead_phone_number_33f986d6_like",
            "leads_lead (phone_number varchar_pattern_ops)",
        ),
        migrations.RunPython(fill_slots, migrations.RunPython.noop),
        *(AddIndexConcurrently("lead", index) for index in INDEXES),
        migrations.RunSQL(SETTINGS, RESET_SETTINGS),
    ]
