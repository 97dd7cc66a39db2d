"""Events of people are followed by id (loopin/statements/event_order.py), and no longer by transaction.

`transaction_id` says which event the transaction itself wrote, as before. After a restore into
another server an older event may carry the same id: so its time is compared, too. The index
`personevent_visible_order` stays for what runs release 1.0, and leaves with a later release.
"""

from django.db import migrations

from accounts.migrations._event_order import statements
from accounts.migrations._person_events import CREATE_RECORDING, RECORD_USERS

BY_TRANSACTION = "transaction_id = pg_current_xact_id()"
BY_TRANSACTION_AND_TIME = f"{BY_TRANSACTION} AND created_at >= now()"

_, _, RECORD_USER = RECORD_USERS.partition("CREATE FUNCTION accounts_record_user()")
RECORD_USER, _, _ = RECORD_USER.partition("CREATE TRIGGER")
FUNCTIONS = f"{CREATE_RECORDING}\nCREATE FUNCTION accounts_record_user(){RECORD_USER}".replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_message_outages")]

    operations = [
        *(
            migrations.RunSQL(create, drop)
            for create, drop in statements("accounts", "accounts_personevent", 19_271)
        ),
        migrations.RunSQL(FUNCTIONS.replace(BY_TRANSACTION, BY_TRANSACTION_AND_TIME), FUNCTIONS),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="personevent", name="personevent_visible_order")
            ]
        ),
    ]
