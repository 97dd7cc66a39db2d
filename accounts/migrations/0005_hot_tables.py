"""Settings and indexes of the tables that every sign-up changes several times.

Room in each page (fillfactor) lets a changed row stay on its page, so that no index is written; what
a table of short-lived rows loses on disk it regains, as dead rows go without a vacuum. Vacuum comes
after so many changes instead of after a fifth of the table, and does not pause in small tables. All
of it takes a lock that lets reads and writes pass (SHARE UPDATE EXCLUSIVE).

The indexes that are dropped serve LIKE with a prefix, which nothing asks of these columns, or begin
with the columns of another one.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

OFTEN = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000"
NOW_AND_THEN = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05"
WITHOUT_PAUSE = "autovacuum_vacuum_cost_delay = 0"

SETTINGS = {
    # Counted up by each request; swept when their windows are over.
    "accounts_ratecounter": f"fillfactor = 70, {OFTEN}, {WITHOUT_PAUSE}",
    # A code is charged, and consumed or replaced; swept a day later.
    "accounts_phoneotp": f"fillfactor = 70, {OFTEN}, {WITHOUT_PAUSE}",
    # Charged by each guess, and given back by the right one.
    "accounts_guessbudget": f"fillfactor = 80, {OFTEN}",
    # The time of its last use is written once a minute, and the token when it is renewed.
    "accounts_session": f"fillfactor = 80, {NOW_AND_THEN}",
    # The profile writes the e-mail address, and a settings page the rest.
    "accounts_user": f"fillfactor = 90, {NOW_AND_THEN}",
    # Rows that are written once or twice, and swept a day later.
    "accounts_idempotencykey": f"fillfactor = 80, {OFTEN}, {WITHOUT_PAUSE}",
    "accounts_pendingnumber": f"{OFTEN}, {WITHOUT_PAUSE}",
}


def set_storage(table, settings):
    names = ", ".join(setting.partition(" =")[0] for setting in settings.split(", "))
    return migrations.RunSQL(
        f"ALTER TABLE {table} SET ({settings})", f"ALTER TABLE {table} RESET ({names})"
    )


def drop(index, definition):
    """An index that Django made of a field, by the name that it gave it."""
    return migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {index}",
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {index} ON {definition}",
    )


class Migration(migrations.Migration):
    atomic = False  # indexes are built and dropped while the product runs

    dependencies = [("accounts", "0004_event_order")]

    operations = [
        *(set_storage(table, settings) for table, settings in SETTINGS.items()),
        drop(
            "accounts_ratecounter_key_616dc99b_like",
            "accounts_ratecounter (key varchar_pattern_ops)",
        ),
        drop(
            "accounts_user_phone_number_af3e1068_like",
            "accounts_user (phone_number varchar_pattern_ops)",
        ),
        drop(
            "accounts_user_username_6088629e_like", "accounts_user (username varchar_pattern_ops)"
        ),
        drop(
            "accounts_idempotencykey_key_hash_b66d8436_like",
            "accounts_idempotencykey (key_hash varchar_pattern_ops)",
        ),
        drop(
            "accounts_pendingnumber_phone_number_d7a14e12_like",
            "accounts_pendingnumber (phone_number varchar_pattern_ops)",
        ),
        drop(
            "accounts_userprofile_event_interests_userprofile_id_0b729777",
            "accounts_userprofile_event_interests (userprofile_id)",
        ),
        AddIndexConcurrently("phoneotp", models.Index(fields=["expires_at"], name="otp_expires")),
    ]
