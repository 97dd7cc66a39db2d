import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from loopin.web import media_urls

TO_ROWS = """
INSERT INTO accounts_picture (id, user_id, url, name, position, is_avatar, width, height,
                              created_at, stored_at)
SELECT gen_random_uuid(), profile.user_id, given.url, '', given.place - 1,
       COALESCE(given.place = array_position(profile.profile_pictures, profile.avatar), FALSE), 0, 0,
       profile.created_at, profile.created_at
FROM accounts_userprofile AS profile
CROSS JOIN unnest(profile.profile_pictures) WITH ORDINALITY AS given (url, place)
"""
AVATARS_OF_THE_GALLERY = """
UPDATE accounts_userprofile SET avatar = '' WHERE avatar = ANY (profile_pictures)
"""
TO_ARRAYS = """
UPDATE accounts_userprofile AS profile
SET profile_pictures = gallery.pictures,
    avatar = COALESCE(NULLIF(profile.avatar, ''), gallery.avatar, '')
FROM (SELECT user_id,
             array_agg(address ORDER BY position, created_at, id) AS pictures,
             max(address) FILTER (WHERE is_avatar) AS avatar
      FROM (SELECT *, CASE WHEN name = '' THEN url ELSE %s::text || name || '.webp' END AS address
            FROM accounts_picture
            WHERE stored_at IS NOT NULL AND discarded_at IS NULL) AS picture
      GROUP BY user_id) AS gallery
WHERE gallery.user_id = profile.user_id
"""
AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"


def to_rows(apps, schema_editor):
    for statement in (TO_ROWS, AVATARS_OF_THE_GALLERY, AT_ONCE):
        schema_editor.execute(statement)


def to_arrays(apps, schema_editor):
    schema_editor.execute(TO_ARRAYS, [media_urls.base()])
    schema_editor.execute(AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0010_api_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("url", models.URLField(blank=True, help_text="Of a link; empty for files.", max_length=2048)),
                ("name", models.CharField(blank=True, help_text="Of the files; empty for a link.", max_length=32)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_avatar", models.BooleanField(default=False)),
                ("width", models.PositiveIntegerField(default=0, help_text="Pixels; 0 for a link.")),
                ("height", models.PositiveIntegerField(default=0, help_text="Pixels; 0 for a link.")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("stored_at", models.DateTimeField(help_text="Empty while its files are written.", null=True)),
                ("discarded_at", models.DateTimeField(help_text="Empty while it counts.", null=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(models.Q(("discarded_at", None), ("name", ""), ("stored_at__isnull", False), models.Q(("url", ""), _negated=True)), models.Q(("name__regex", "^[0-9a-f]{32}$"), ("url", "")), _connector="OR"), name="picture_is_link_or_files"),
                    models.CheckConstraint(condition=models.Q(("is_avatar", False), ("discarded_at", None), _connector="OR"), name="picture_discarded_is_no_avatar"),
                    models.UniqueConstraint(condition=models.Q(("is_avatar", True)), fields=("user",), name="picture_one_avatar"),
                    models.UniqueConstraint(condition=models.Q(("name", ""), _negated=True), fields=("name",), name="picture_name_is_unique"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="userprofile",
            name="avatar",
            field=models.URLField(blank=True, help_text="Only an address outside the gallery. Empty: the one chosen there, or the first.", max_length=2048),
        ),
        migrations.RemoveConstraint(
            model_name="userprofile",
            name="profile_has_1_to_6_pictures",
        ),
        # So that going back can add the column to rows that are there.
        migrations.AlterField(
            model_name="userprofile",
            name="profile_pictures",
            field=django.contrib.postgres.fields.ArrayField(
                models.URLField(max_length=2048), default=list
            ),
        ),
        migrations.RunPython(to_rows, to_arrays),
        migrations.RemoveField(
            model_name="userprofile",
            name="profile_pictures",
        ),
    ]
