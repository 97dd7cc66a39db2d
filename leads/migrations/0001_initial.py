"""Everything of leads. It imports nothing from the product, whose code goes on changing."""

import secrets
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from leads.migrations._fields import TransactionIdField

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"

SOURCES = [("api", "App"), ("web", "Web"), ("import", "Import"), ("email", "E-mail")]
STATUSES = [
    ("new", "New"),
    ("contacted", "Contacted"),
    ("follow_up", "Follow-up"),
    ("converted", "Converted"),
    ("lost", "Lost"),
    ("do_not_contact", "Do not contact"),
]
STAGES = [
    ("requested", "Code requested"),
    ("delivered", "Code delivered"),
    ("attempted", "Code tried"),
    ("verified", "Verified"),
    ("completed", "Profile complete"),
]
TROUBLES = [
    ("not_delivered", "Code not delivered"),
    ("wrong_code", "Wrong code"),
    ("expired", "Code expired"),
    ("rate_limited", "Too many requests"),
    ("blocked", "Blocked"),
]
EVENT_KINDS = [
    ("code_requested", "Asked for a code"),
    ("code_withheld", "Asked for a code and was refused"),
    ("code_delivered", "The code was delivered"),
    ("code_undelivered", "The code could not be delivered"),
    ("code_refused", "Typed a wrong code"),
    ("code_expired", "Typed a code that had expired"),
    ("code_locked", "Tried a code with no attempts left"),
    ("registered", "Registered by e-mail"),
    ("phone_verified", "Verified the phone number"),
    ("profile_step", "Filled in part of the profile"),
    ("profile_completed", "Completed the profile"),
    ("profile_changed", "Changed the profile"),
    ("phone_changed", "Changed the phone number"),
    ("superseded", "The number went to another lead"),
    ("consent_given", "Agreed to be contacted"),
    ("consent_withdrawn", "Asked not to be contacted"),
    ("resumed", "Opened the link to go on"),
    ("account_deleted", "Deleted the account"),
    ("stalled", "Came to a halt"),
    ("claimed", "Claimed"),
    ("assigned", "Assigned"),
    ("released", "Released"),
    ("called", "Called"),
    ("noted", "Wrote a note"),
    ("status_changed", "Changed the status"),
    ("follow_up_set", "Set a follow-up"),
    ("revealed", "Looked at the full number"),
    ("link_sent", "Sent the link to go on"),
    ("verified_by_hand", "Marked as verified"),
    ("verification_undone", "Took the mark as verified back"),
    ("deletion_asked", "Deleted the person on request"),
    ("imported", "Imported"),
    ("import_undone", "Undid the import"),
    ("exported", "Exported"),
]
IMPORT_STATES = [
    ("matching", "Columns to be chosen"),
    ("reading", "Being read"),
    ("waiting", "To be confirmed"),
    ("writing", "Being imported"),
    ("done", "Imported"),
    ("undoing", "Being undone"),
    ("undone", "Undone"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
CHANNELS = [("sms", "By SMS"), ("copied", "Copied")]
DELIVERY_STATES = [("pending", "Pending"), ("delivered", "Delivered"), ("failed", "Failed")]
EVENT_TYPES = [
    ("lead.created", "Somebody asked for a code, or was imported"),
    ("lead.stalled", "A sign-up came to a halt"),
    ("lead.verified", "A number was verified"),
    ("user.verified", "A person proved their number"),
    ("user.profile_completed", "A profile was completed"),
    ("user.profile_updated", "What a person says of themselves was changed"),
    ("user.phone_changed", "A person moved to another number"),
    ("user.deactivated", "An account was deactivated"),
    ("user.reactivated", "An account was activated again"),
    ("user.deleted", "A person was deleted"),
    ("consent.changed", "A person agreed to be contacted, or no longer does"),
    ("session.revoked", "A device was signed out"),
]
DELIVERY_TYPES = [*EVENT_TYPES, ("webhook.test", "A test message")]

LEAD_PERMISSIONS = [
    ("work_leads", "Can work leads: see own and free ones, claim, call, note"),
    ("see_all_leads", "Can see leads that others hold"),
    ("assign_leads", "Can assign leads, and take them from others"),
    ("verify_leads", "Can vouch for a number"),
    ("forget_leads", "Can delete a person on request"),
    ("see_insights", "Can see the figures"),
    ("export_leads", "Can export leads, numbers masked"),
    ("export_full_numbers", "Can export leads with full numbers"),
    ("import_leads", "Can import leads"),
]

# What the roles need: by their code names, the model they are about and what they are called.
PERMISSIONS = {
    **{codename: ("lead", name) for codename, name in LEAD_PERMISSIONS},
    "view_lead": ("lead", "Can view lead"),
    "view_leadevent": ("leadevent", "Can view lead event"),
    "view_leadexport": ("leadexport", "Can view lead export"),
    "view_importbatch": ("importbatch", "Can view import batch"),
    "add_webhookendpoint": ("webhookendpoint", "Can add webhook endpoint"),
    "change_webhookendpoint": ("webhookendpoint", "Can change webhook endpoint"),
    "view_webhookendpoint": ("webhookendpoint", "Can view webhook endpoint"),
    "change_webhookdelivery": ("webhookdelivery", "Can change webhook delivery"),
    "view_webhookdelivery": ("webhookdelivery", "Can view webhook delivery"),
    "add_user": ("user", "Can add user"),
    "change_user": ("user", "Can change user"),
    "view_user": ("user", "Can view user"),
}

ROLES = {
    "Sales agent": ["work_leads"],
    "Sales manager": [
        "work_leads",
        "see_all_leads",
        "assign_leads",
        "verify_leads",
        "forget_leads",
        "see_insights",
        "export_leads",
        "import_leads",
    ],
    "Admin": list(PERMISSIONS),
}

# The function is made by the first migration of accounts.
FORBID_CHANGING_EVENTS = """
CREATE TRIGGER leadevent_is_append_only BEFORE UPDATE OR DELETE ON leads_leadevent
FOR EACH ROW EXECUTE FUNCTION loopin_refuse_change();
"""

ALLOW_CHANGING_EVENTS = "DROP TRIGGER leadevent_is_append_only ON leads_leadevent"

CREATE_TRIGRAMS = """
CREATE FUNCTION leads_trigrams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT COALESCE(array_agg(DISTINCT substr($1, i, 3)), '{}')
    FROM generate_series(1, length($1) - 2) AS i
$$
"""

DROP_TRIGRAMS = "DROP FUNCTION leads_trigrams(text)"

# A text as it is searched: small letters without accents (U+0300 to U+036F) and without the joiners
# of Indic scripts (U+200C, U+200D). The letters that Unicode does not take apart are named.
CREATE_FOLD = r"""
CREATE FUNCTION leads_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT replace(replace(replace(
        translate(
            lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f\u200c\u200d]', '', 'g')),
            U&'\00f8\0142\0111\0131\2018\2019\02bc\2010', 'oldi''''''-'),
        U&'\00df', 'ss'), U&'\00e6', 'ae'), U&'\0153', 'oe')
$$
"""

DROP_FOLD = "DROP FUNCTION leads_fold(text)"

# A few trigrams of a text that do not overlap: they find as well as all, and the planner, which
# takes each for an independent condition, estimates their rows better.
CREATE_SPARSE_TRIGRAMS = """
CREATE FUNCTION leads_sparse_trigrams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT COALESCE(array_agg(DISTINCT substr($1, i, 3)), '{}')
    FROM unnest(ARRAY[1, 4, 7, length($1) - 2]) AS i
    WHERE i BETWEEN 1 AND length($1) - 2
$$
"""

DROP_SPARSE_TRIGRAMS = "DROP FUNCTION leads_sparse_trigrams(text)"

# Every statement that writes a lead, whichever it is, also writes what the lead is found by.
CREATE_SEARCH_TRIGGERS = """
CREATE FUNCTION leads_let_find() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_leadsearch (lead_id, text, number)
    VALUES (NEW.id, btrim(leads_fold(concat_ws(' ', NEW.name, NEW.email))),
            COALESCE(ltrim(NEW.phone_number, '+'), ''))
    ON CONFLICT (lead_id) DO UPDATE SET text = excluded.text, number = excluded.number;
    RETURN NULL;
END $$;

CREATE TRIGGER lead_is_found AFTER INSERT ON leads_lead
FOR EACH ROW EXECUTE FUNCTION leads_let_find();

CREATE TRIGGER lead_is_found_anew AFTER UPDATE OF phone_number, name, email ON leads_lead
FOR EACH ROW WHEN ((OLD.phone_number, OLD.name, OLD.email)
                   IS DISTINCT FROM (NEW.phone_number, NEW.name, NEW.email))
EXECUTE FUNCTION leads_let_find();
"""

DROP_SEARCH_TRIGGERS = """
DROP TRIGGER lead_is_found_anew ON leads_lead;
DROP TRIGGER lead_is_found ON leads_lead;
DROP FUNCTION leads_let_find();
"""

# Who may make which move between two statuses: `MOVES` of leads/models/lead_status.py.
STAFF = ("agent", "manager")
MOVES = {
    ("new", "contacted"): STAFF,
    ("new", "follow_up"): (*STAFF, "import"),
    ("new", "lost"): STAFF,
    ("new", "do_not_contact"): STAFF,
    ("contacted", "follow_up"): (*STAFF, "import"),
    ("contacted", "lost"): STAFF,
    ("contacted", "do_not_contact"): STAFF,
    ("follow_up", "new"): ("import",),
    ("follow_up", "contacted"): (*STAFF, "import"),
    ("follow_up", "lost"): STAFF,
    ("follow_up", "do_not_contact"): STAFF,
    ("lost", "contacted"): STAFF,
    ("lost", "follow_up"): STAFF,
    ("lost", "do_not_contact"): STAFF,
    ("do_not_contact", "new"): ("manager", "person"),
    **{
        (before, "converted"): ("person",)
        for before in ("new", "contacted", "follow_up", "lost", "do_not_contact")
    },
}
MOVE_ROWS = ", ".join(
    f"('{before}', '{after}', '{actor}')"
    for (before, after), actors in MOVES.items()
    for actor in actors
)

# A statement that moves a lead has to say before at whose word, which holds for this statement.
# Nobody who said no is in a status of people who are called, and only their own yes, with the
# number proven, ends the no; a number that goes takes it along. A no ends the promise to call.
GUARD_STATUSES = f"""
CREATE FUNCTION leads_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asker text := COALESCE(current_setting('loopin.status_actor', TRUE), '');
BEGIN
    IF NEW.status <> OLD.status AND (
        (OLD.status, NEW.status, asker) NOT IN (VALUES {MOVE_ROWS})
        OR NEW.refused_at IS NOT NULL AND NEW.status IN ('contacted', 'follow_up')
    ) THEN
        RAISE EXCEPTION 'no move from % to % at the word of "%"', OLD.status, NEW.status, asker
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lead_status_may_follow';
    END IF;
    IF OLD.refused_at IS NOT NULL AND NEW.refused_at IS NULL AND NEW.phone_number IS NOT NULL
       AND (NEW.consent_at IS NULL OR NEW.consent_proof <> 'proven') THEN
        RAISE EXCEPTION 'only the person takes back a no'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lead_no_stands';
    END IF;
    IF NEW.refused_at IS NOT NULL THEN
        NEW.follow_up_at := NULL;
    END IF;
    IF NEW.follow_up_at IS NULL THEN
        NEW.promised_by_id := NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER lead_status_is_guarded
BEFORE UPDATE OF status, refused_at, follow_up_at ON leads_lead
FOR EACH ROW WHEN ((OLD.status, OLD.refused_at, OLD.follow_up_at)
                   IS DISTINCT FROM (NEW.status, NEW.refused_at, NEW.follow_up_at))
EXECUTE FUNCTION leads_guard_status();

CREATE FUNCTION leads_forget_asker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('loopin.status_actor', '', TRUE);
    RETURN NULL;
END $$;

CREATE TRIGGER lead_status_was_written AFTER UPDATE OF status ON leads_lead
FOR EACH STATEMENT EXECUTE FUNCTION leads_forget_asker();
"""

UNGUARD_STATUSES = """
DROP TRIGGER lead_status_was_written ON leads_lead;
DROP TRIGGER lead_status_is_guarded ON leads_lead;
DROP FUNCTION leads_forget_asker();
DROP FUNCTION leads_guard_status();
"""

# Whoever writes it down and by whatever door: the person, staff, or a list. The function is made by
# the first migration of accounts. A lead that gets its account brings along what is known.
RECORD_CONSENT = """
CREATE FUNCTION leads_record_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_record_event(NEW.user_id, 'consent.changed', jsonb_build_object(
        'contact_consent', CASE WHEN NEW.consent_at IS NOT NULL THEN TRUE
                                WHEN NEW.refused_at IS NOT NULL THEN FALSE END,
        'proof', NULLIF(NEW.consent_proof, '')));
    RETURN NULL;
END $$;

CREATE TRIGGER new_consent_is_recorded AFTER INSERT ON leads_lead
FOR EACH ROW WHEN (NEW.user_id IS NOT NULL
                   AND (NEW.consent_at IS NOT NULL OR NEW.refused_at IS NOT NULL))
EXECUTE FUNCTION leads_record_consent();

CREATE TRIGGER consent_is_recorded
AFTER UPDATE OF user_id, consent_at, refused_at, consent_proof ON leads_lead
FOR EACH ROW WHEN (
    NEW.user_id IS NOT NULL AND
    CASE WHEN OLD.user_id IS DISTINCT FROM NEW.user_id
         THEN NEW.consent_at IS NOT NULL OR NEW.refused_at IS NOT NULL
         ELSE (OLD.consent_at IS NULL, OLD.refused_at IS NULL, OLD.consent_proof)
              <> (NEW.consent_at IS NULL, NEW.refused_at IS NULL, NEW.consent_proof) END)
EXECUTE FUNCTION leads_record_consent();
"""

STOP_RECORDING_CONSENT = """
DROP TRIGGER consent_is_recorded ON leads_lead;
DROP TRIGGER new_consent_is_recorded ON leads_lead;
DROP FUNCTION leads_record_consent();
"""

# Nothing is counted yet: counting begins with the first event there is.
BEGIN_COUNTING = """
INSERT INTO leads_rollupstate (id, transaction_id, event_id, as_of, refreshed_at)
VALUES (1, '0', 0, now(), now())
"""


def values(choices):
    return [value for value, _label in choices]


def create_roles(apps, schema_editor):
    """Make the groups that do not exist, with their permissions; others stay as they are."""
    groups = apps.get_model("auth", "Group").objects
    for role, codenames in ROLES.items():
        group, is_new = groups.get_or_create(name=role)
        if is_new:
            group.permissions.set(permission(apps, codename) for codename in codenames)


def permission(apps, codename):
    """Django adds permissions after all migrations only: the roles cannot wait for that."""
    model, name = PERMISSIONS[codename]
    content_types = apps.get_model("contenttypes", "ContentType").objects
    app_label = "accounts" if model == "user" else "leads"
    content_type, _ = content_types.get_or_create(app_label=app_label, model=model)
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )
    return found


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phone_number",
                    models.CharField(blank=True, max_length=16, null=True, unique=True),
                ),
                (
                    "country",
                    models.CharField(
                        blank=True, help_text="ISO 3166-1, from the number.", max_length=2
                    ),
                ),
                ("source", models.CharField(choices=SOURCES, max_length=8)),
                ("status", models.CharField(choices=STATUSES, default="new", max_length=16)),
                (
                    "trouble",
                    models.CharField(blank=True, choices=TROUBLES, default="", max_length=16),
                ),
                ("name", models.CharField(blank=True, default="", max_length=100)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                (
                    "is_name_claimed",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Whether name and e-mail address come from somebody who has not"
                        " proven the number.",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.SET_NULL,
                        blank=True,
                        null=True,
                        related_name="lead",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("lease_ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "revealed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the owner looked at the full number.",
                        null=True,
                    ),
                ),
                ("follow_up_at", models.DateTimeField(blank=True, null=True)),
                (
                    "promised_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        help_text="Who said that they would call at the time of the follow-up.",
                        null=True,
                        related_name="+",
                    ),
                ),
                ("first_contacted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stalled_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the last halt was told; of no account once something happened since.",
                        null=True,
                    ),
                ),
                (
                    "consent_at",
                    models.DateTimeField(
                        blank=True, help_text="When the person agreed to be contacted.", null=True
                    ),
                ),
                (
                    "refused_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the person asked not to be contacted.",
                        null=True,
                    ),
                ),
                ("consent_version", models.CharField(blank=True, default="", max_length=20)),
                (
                    "consent_proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("claimed", "number not proven"),
                            ("import", "from an imported list"),
                            ("staff", "told to staff"),
                            ("proven", "number proven"),
                        ],
                        db_default="",
                        default="",
                        help_text="How the last yes or no is known.",
                        max_length=8,
                    ),
                ),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("attempted_at", models.DateTimeField(blank=True, null=True)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("converted_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("last_activity_at", models.DateTimeField(db_default=Now())),
                (
                    "profile_step",
                    models.PositiveSmallIntegerField(
                        db_default=0,
                        help_text="How many parts of the profile are filled in on the site.",
                    ),
                ),
                (
                    "stage",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Case(
                            When(converted_at__isnull=False, then=Value("completed")),
                            When(verified_at__isnull=False, then=Value("verified")),
                            When(attempted_at__isnull=False, then=Value("attempted")),
                            When(delivered_at__isnull=False, then=Value("delivered")),
                            default=Value("requested"),
                        ),
                        output_field=models.CharField(choices=STAGES, max_length=16),
                    ),
                ),
            ],
            options={
                "permissions": LEAD_PERMISSIONS,
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(phone_number__regex=E164_PATTERN), name="lead_phone_is_e164"
                    ),
                    models.CheckConstraint(
                        condition=Q(status__in=values(STATUSES)), name="lead_status_is_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(source__in=values(SOURCES)), name="lead_source_is_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(trouble__in=["", *values(TROUBLES)]),
                        name="lead_trouble_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(consent_proof__in=["", "claimed", "import", "staff", "proven"]),
                        name="lead_proof_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(consent_at__isnull=True) | Q(refused_at__isnull=True),
                        name="lead_says_yes_or_no",
                    ),
                    models.CheckConstraint(
                        condition=Q(converted_at__isnull=True)
                        | Q(status="converted", verified_at__isnull=False),
                        name="lead_converted_is_verified",
                    ),
                    models.CheckConstraint(
                        condition=~Q(status="converted") | Q(converted_at__isnull=False),
                        name="lead_customer_is_converted",
                    ),
                    models.CheckConstraint(
                        condition=~Q(status="do_not_contact")
                        | Q(refused_at__isnull=False)
                        | Q(phone_number__isnull=True),
                        name="lead_no_contact_is_refused",
                    ),
                    models.CheckConstraint(
                        condition=Q(follow_up_at__isnull=True)
                        | Q(refused_at__isnull=True, converted_at__isnull=True)
                        & ~Q(status__in=["lost", "do_not_contact"]),
                        name="lead_follow_up_is_welcome",
                    ),
                    models.CheckConstraint(
                        condition=Q(promised_by__isnull=True) | Q(follow_up_at__isnull=False),
                        name="lead_promise_has_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(lease_ends_at__isnull=True, owner__isnull=True)
                        | Q(lease_ends_at__isnull=False, owner__isnull=False),
                        name="lead_owner_has_lease",
                    ),
                ],
                "indexes": [
                    models.Index(F("created_at").desc(), F("id").desc(), name="lead_newest_first"),
                    models.Index(
                        F("last_activity_at").desc(), F("id").desc(), name="lead_last_active_first"
                    ),
                    models.Index(
                        F("status"),
                        F("created_at").desc(),
                        F("id").desc(),
                        name="lead_status_newest_first",
                    ),
                    models.Index(
                        F("stage"),
                        F("created_at").desc(),
                        F("id").desc(),
                        name="lead_stage_newest_first",
                    ),
                    models.Index(
                        F("country"),
                        F("created_at").desc(),
                        F("id").desc(),
                        name="lead_country_newest",
                    ),
                    models.Index(
                        F("owner"),
                        F("follow_up_at"),
                        condition=Q(owner__isnull=False),
                        name="lead_owner_follow_up",
                    ),
                    models.Index(
                        F("trouble"),
                        F("created_at").desc(),
                        F("id").desc(),
                        condition=Q(verified_at__isnull=True) & ~Q(trouble=""),
                        name="lead_trouble_newest",
                    ),
                    models.Index(
                        F("created_at").desc(),
                        F("id").desc(),
                        condition=Q(source="import"),
                        name="lead_imported_newest",
                    ),
                    models.Index(
                        F("follow_up_at"),
                        condition=Q(follow_up_at__isnull=False),
                        name="lead_follow_up",
                    ),
                    models.Index(
                        F("promised_by"),
                        F("follow_up_at"),
                        condition=Q(promised_by__isnull=False),
                        name="lead_promised_by",
                    ),
                    models.Index(
                        F("lease_ends_at"),
                        condition=Q(lease_ends_at__isnull=False),
                        name="lead_lease_ends",
                    ),
                    models.Index(
                        condition=Q(converted_at__isnull=True, phone_number__isnull=False)
                        & ~Q(status__in=["lost", "do_not_contact"])
                        & (Q(stalled_at__isnull=True) | Q(stalled_at__lt=F("last_activity_at"))),
                        fields=["last_activity_at"],
                        name="lead_may_stall",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD_STATUSES, UNGUARD_STATUSES),
        migrations.RunSQL(RECORD_CONSENT, STOP_RECORDING_CONSENT),
        migrations.CreateModel(
            name="SuppressedNumber",
            fields=[
                (
                    "digest",
                    models.CharField(
                        editable=False, max_length=64, primary_key=True, serialize=False
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("claimed", "number not proven"),
                            ("import", "from an imported list"),
                            ("staff", "told to staff"),
                            ("proven", "number proven"),
                        ],
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("refused_at", models.DateTimeField(db_default=Now(), editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="LeadEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lead", models.ForeignKey("leads.lead", models.PROTECT, related_name="events")),
                ("kind", models.CharField(choices=EVENT_KINDS, max_length=32)),
                (
                    "actor",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        help_text="The member of staff who did it; empty when the person did.",
                        null=True,
                        related_name="+",
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "transaction_id",
                    TransactionIdField(
                        db_default=models.Func(function="pg_current_xact_id"), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=values(EVENT_KINDS)), name="leadevent_kind_is_known"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["transaction_id", "id"], name="leadevent_visible_order"),
                    BrinIndex(fields=["created_at"], name="leadevent_created_at"),
                ],
            },
        ),
        migrations.RunSQL(FORBID_CHANGING_EVENTS, ALLOW_CHANGING_EVENTS),
        migrations.CreateModel(
            name="LeadNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lead", models.ForeignKey("leads.lead", models.CASCADE, related_name="notes")),
                (
                    "event",
                    models.OneToOneField("leads.leadevent", models.CASCADE, related_name="note"),
                ),
                ("text", models.TextField(max_length=2000)),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.RunSQL(CREATE_TRIGRAMS, DROP_TRIGRAMS),
        migrations.RunSQL(CREATE_FOLD, DROP_FOLD),
        migrations.RunSQL(CREATE_SPARSE_TRIGRAMS, DROP_SPARSE_TRIGRAMS),
        migrations.CreateModel(
            name="LeadSearch",
            fields=[
                (
                    "lead",
                    models.OneToOneField(
                        "leads.lead",
                        models.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                    ),
                ),
                ("text", models.TextField()),
                ("number", models.CharField(max_length=15)),
            ],
            options={
                "indexes": [
                    GinIndex(
                        models.Func(
                            "text",
                            function="leads_trigrams",
                            output_field=ArrayField(models.TextField()),
                        ),
                        name="leadsearch_trigrams",
                    ),
                    GinIndex(
                        models.Func(
                            "number",
                            function="leads_trigrams",
                            output_field=ArrayField(models.TextField()),
                        ),
                        name="leadsearch_number_trigrams",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CREATE_SEARCH_TRIGGERS, DROP_SEARCH_TRIGGERS),
        migrations.CreateModel(
            name="AgentShift",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        settings.AUTH_USER_MODEL,
                        models.CASCADE,
                        primary_key=True,
                        related_name="shift",
                        serialize=False,
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("last_assigned_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["started_at"], name="agentshift_started_at"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("kind", models.CharField(help_text="One of EventKind.", max_length=32)),
                ("detail", models.CharField(blank=True, max_length=32)),
                (
                    "actor",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("is_erased", models.BooleanField(default=False)),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "kind", "detail", "actor", "is_erased"),
                        name="eventcount_is_one",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('creator', models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name='+')),
                ('file_name', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField(help_text='Of the file, in bytes.')),
                ('language', models.CharField(help_text='Of the warnings and reasons.', max_length=8)),
                ('region', models.CharField(blank=True, default='', max_length=2)),
                ('header', models.JSONField(default=list)),
                ('fields', ArrayField(base_field=models.CharField(max_length=16), default=list, size=None)),
                ('sample', models.JSONField(default=list)),
                ('state', models.CharField(choices=IMPORT_STATES, default='matching', max_length=16)),
                ('failure', models.TextField(blank=True, default='', help_text='Why it failed, in words.')),
                ('worker', models.UUIDField(blank=True, null=True, unique=True)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('setbacks', models.PositiveSmallIntegerField(default=0, help_text='Steps that failed in a row.')),
                ('worked_at', models.DateTimeField(db_default=Now())),
                ('created_at', models.DateTimeField(db_default=Now())),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('kept_until', models.DateTimeField(help_text='When its content is deleted.')),
                ('rows', models.PositiveIntegerField(default=0, help_text='Read, without the header.')),
                ('last_row_number', models.PositiveIntegerField(default=0, help_text='As in a spreadsheet.')),
                ('percent_read', models.PositiveSmallIntegerField(default=0)),
                ('repeated', models.PositiveIntegerField(default=0, help_text='Rows with a number of an earlier row.')),
                ('refused', models.PositiveIntegerField(default=0, help_text='Rows that become no lead.')),
                ('warned', models.PositiveIntegerField(default=0, help_text='Rows with a cell that is not read.')),
                ('remarks', models.JSONField(default=list, help_text='What to tell of the file as a whole.')),
                ('warnings', models.JSONField(default=list)),
                ('expected_fresh', models.PositiveIntegerField(default=0)),
                ('expected_known', models.PositiveIntegerField(default=0)),
                ('customers', models.PositiveIntegerField(default=0, help_text='Left alone.')),
                ('unwanted', models.PositiveIntegerField(default=0, help_text='Known as not to be contacted; left alone.')),
                ('refusing', models.PositiveIntegerField(default=0, help_text='Rows that say no to being called.')),
                ('foreign', models.PositiveIntegerField(default=0)),
                ('doubtful', models.PositiveIntegerField(default=0)),
                ('last_row_id', models.BigIntegerField(default=0)),
                ('first_event_id', models.BigIntegerField(blank=True, null=True)),
                ('last_event_id', models.BigIntegerField(blank=True, null=True)),
                ('written', models.PositiveIntegerField(default=0)),
                ('fresh', models.PositiveIntegerField(default=0)),
                ('merged', models.PositiveIntegerField(default=0)),
                ('taken_back', models.PositiveIntegerField(default=0, help_text='Leads undone.')),
                ('kept', models.PositiveIntegerField(default=0, help_text='Leads not undone, because somebody worked on them.')),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=values(IMPORT_STATES)), name="importbatch_state_is_known"),
                    models.CheckConstraint(condition=Q(worker=None, leased_until=None) | Q(worker__isnull=False, leased_until__isnull=False), name="importbatch_worker_has_lease"),
                ],
                "indexes": [
                    models.Index(F("creator"), F("id").desc(), name="importbatch_of_creator"),
                    models.Index(fields=["worked_at"], condition=Q(state__in=["reading", "writing", "undoing"]), name="importbatch_to_do"),
                ],
                'verbose_name_plural': 'import batches',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportMatching',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('fields', ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ('used_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ImportPiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey('leads.importbatch', models.CASCADE, db_index=False, related_name='pieces')),
                ('number', models.PositiveIntegerField(help_text='From 0.')),
                ('content', models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("batch", "number"), name="importpiece_is_one")],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey('leads.importbatch', models.CASCADE, db_index=False, related_name='staged')),
                ('number', models.PositiveIntegerField(help_text='Of the row, as in a spreadsheet.')),
                ('phone_number', models.CharField(max_length=16)),
                ('country', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=100)),
                ('email', models.CharField(max_length=254)),
                ('consent', models.BooleanField(null=True)),
                ('note', models.TextField(max_length=2000)),
                ('follow_up_at', models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("batch", "phone_number"), name="importrow_number_is_one")],
                "indexes": [models.Index(fields=["batch", "id"], name="importrow_in_order")],
            },
        ),
        migrations.CreateModel(
            name='RefusedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey('leads.importbatch', models.CASCADE, db_index=False, related_name='refused_rows')),
                ('number', models.PositiveIntegerField(help_text='Of the row, as in a spreadsheet.')),
                ('cells', models.JSONField()),
                ('reason', models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["batch", "id"], name="refusedrow_in_order")],
            },
        ),
        migrations.CreateModel(
            name="LeadCohort",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("source", models.CharField(choices=SOURCES, max_length=8)),
                ("country", models.CharField(blank=True, max_length=2)),
                ("is_erased", models.BooleanField(default=False)),
                ("requested", models.IntegerField(default=0)),
                ("delivered", models.IntegerField(default=0)),
                ("attempted", models.IntegerField(default=0)),
                ("verified", models.IntegerField(default=0)),
                ("completed", models.IntegerField(default=0)),
                ("stopped_not_delivered", models.IntegerField(default=0)),
                ("stopped_wrong_code", models.IntegerField(default=0)),
                ("stopped_expired", models.IntegerField(default=0)),
                ("stopped_rate_limited", models.IntegerField(default=0)),
                ("stopped_blocked", models.IntegerField(default=0)),
                ("stopped_no_attempt", models.IntegerField(default=0)),
                ("verified_in_30_s", models.IntegerField(default=0)),
                ("verified_in_1_min", models.IntegerField(default=0)),
                ("verified_in_2_min", models.IntegerField(default=0)),
                ("verified_in_5_min", models.IntegerField(default=0)),
                ("verified_in_10_min", models.IntegerField(default=0)),
                ("verified_in_1_h", models.IntegerField(default=0)),
                ("verified_in_1_day", models.IntegerField(default=0)),
                ("verified_later", models.IntegerField(default=0)),
                ("contacted_in_5_min", models.IntegerField(default=0)),
                ("contacted_in_30_min", models.IntegerField(default=0)),
                ("contacted_in_1_h", models.IntegerField(default=0)),
                ("contacted_in_4_h", models.IntegerField(default=0)),
                ("contacted_in_1_day", models.IntegerField(default=0)),
                ("contacted_later", models.IntegerField(default=0)),
                ("contacted_in_time", models.IntegerField(default=0)),
                ("contacted_late", models.IntegerField(default=0)),
                ("contact_missing", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["day"], name="leadcohort_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("query", models.TextField(blank=True, default="")),
                ("lead_ids", ArrayField(models.BigIntegerField(), blank=True, default=list)),
                ("has_full_numbers", models.BooleanField(default=False)),
                ("expected_rows", models.PositiveIntegerField(help_text="Estimated above 10 000.")),
                ("rows", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "active_at",
                    models.DateTimeField(
                        blank=True, help_text="When the last rows were sent.", null=True
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_at",
                    models.DateTimeField(
                        blank=True, help_text="When the reader went away before the end.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["creator", "created_at"], name="leadexport_of_creator"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResumeLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey("leads.lead", models.CASCADE, related_name="resume_links"),
                ),
                (
                    "created_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("channel", models.CharField(choices=CHANNELS, max_length=8)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "expires_at",
                    models.DateTimeField(db_default=Now() + timedelta(days=2), db_index=True),
                ),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(channel__in=values(CHANNELS)),
                        name="resumelink_channel_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RollupState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transaction_id", TransactionIdField()),
                ("event_id", models.BigIntegerField()),
                ("as_of", models.DateTimeField()),
                ("refreshed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(id=1), name="rollupstate_is_one"),
                ],
            },
        ),
        migrations.RunSQL(BEGIN_COUNTING, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="StaleDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=500)),
                ("is_shared", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="savedview_name_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.URLField(max_length=500, verbose_name="address")),
                ("description", models.CharField(blank=True, max_length=200)),
                ("event_types", ArrayField(models.CharField(choices=EVENT_TYPES, max_length=40))),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("disabled_reason", models.CharField(blank=True, editable=False, max_length=100)),
                (
                    "service",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        editable=False,
                        help_text="The service account that made it and manages it; empty: somebody in the admin.",
                        null=True,
                        related_name="webhook_endpoints",
                    ),
                ),
                (
                    "seed",
                    models.CharField(
                        default=partial(secrets.token_hex, 32), editable=False, max_length=64
                    ),
                ),
                ("previous_seed", models.CharField(blank=True, editable=False, max_length=64)),
                ("rotated_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "lead_transaction_id",
                    TransactionIdField(
                        db_default=models.Func(template="pg_snapshot_xmin(pg_current_snapshot())"),
                        editable=False,
                    ),
                ),
                ("lead_event_id", models.BigIntegerField(default=0, editable=False)),
                (
                    "person_transaction_id",
                    TransactionIdField(
                        db_default=models.Func(template="pg_snapshot_xmin(pg_current_snapshot())"),
                        editable=False,
                    ),
                ),
                ("person_event_id", models.BigIntegerField(default=0, editable=False)),
                ("leased_by", models.UUIDField(blank=True, editable=False, null=True)),
                ("leased_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(db_default=Now(), editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            event_types__contained_by=Value(values(EVENT_TYPES)),
                            event_types__len__gt=0,
                        ),
                        name="webhook_event_types_are_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        "leads.webhookendpoint", models.CASCADE, related_name="deliveries"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        "leads.leadevent", models.CASCADE, null=True, related_name="+"
                    ),
                ),
                (
                    "person_event",
                    models.ForeignKey(
                        "accounts.personevent", models.CASCADE, null=True, related_name="+"
                    ),
                ),
                ("event_type", models.CharField(choices=DELIVERY_TYPES, max_length=40)),
                (
                    "state",
                    models.CharField(choices=DELIVERY_STATES, default="pending", max_length=10),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(db_default=Now())),
                (
                    "last_status",
                    models.PositiveSmallIntegerField(blank=True, help_text="Of HTTP.", null=True),
                ),
                ("last_error", models.CharField(blank=True, max_length=30)),
                ("created_at", models.DateTimeField(db_default=Now())),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "webhook deliveries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("endpoint", "event", "event_type"),
                        name="webhook_delivery_is_unique",
                    ),
                    models.UniqueConstraint(
                        fields=("endpoint", "person_event"),
                        name="webhook_delivery_of_person_is_unique",
                    ),
                    models.CheckConstraint(
                        condition=Q(event_type="webhook.test", event=None, person_event=None)
                        | Q(event__isnull=False, person_event=None)
                        | Q(event=None, person_event__isnull=False),
                        name="webhook_delivery_tells_of_one_event",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=values(DELIVERY_STATES)),
                        name="webhook_delivery_state_is_known",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=Q(state="pending"),
                        fields=["endpoint", "next_attempt_at", "id"],
                        name="webhook_delivery_due",
                    ),
                ],
            },
        ),
        migrations.RunPython(create_roles, migrations.RunPython.noop),
    ]
