"""A proxy of django-otp's device, whose table is made after the users' own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("otp_totp", "0003_add_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuthenticatorApp",
            fields=[],
            options={"proxy": True, "default_permissions": ()},
            bases=("otp_totp.totpdevice",),
        ),
    ]
