from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_email_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='is_by_phone',
            field=models.BooleanField(db_default=False, help_text='Or else by password.'),
        ),
    ]
