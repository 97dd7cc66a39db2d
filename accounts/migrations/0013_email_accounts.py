import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_profile_drafts'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.RemoveConstraint("guessbudget", "guessbudget_phone_is_e164"),
        migrations.RemoveConstraint("phoneotp", "otp_is_one_per_purpose"),
        migrations.RemoveConstraint("phoneotp", "otp_phone_is_e164"),
        migrations.RenameField("guessbudget", "phone_number", "address"),
        migrations.RenameField("phoneotp", "phone_number", "address"),
        migrations.AddField(
            model_name='user',
            name='claimed_phone_number',
            field=models.CharField(blank=True, default='', help_text='A number that an e-mail account says is its own, until somebody proves it.', max_length=16),
        ),
        migrations.AddField(
            model_name='user',
            name='is_email_verified',
            field=models.BooleanField(default=False, help_text='Whether the owner of the e-mail address has proven it.'),
        ),
        migrations.AlterField(
            model_name='guessbudget',
            name='address',
            field=models.CharField(max_length=254, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name='phoneotp',
            name='address',
            field=models.CharField(help_text='A phone number (E.164), or an e-mail address.', max_length=254),
        ),
        migrations.AlterField(
            model_name='phoneotp',
            name='purpose',
            field=models.CharField(choices=[('sign_in', 'Sign in'), ('change_phone', 'Change phone'), ('delete_account', 'Delete account'), ('verify_phone', 'Verify phone'), ('verify_email', 'Verify e-mail'), ('reset_password', 'Reset password')], max_length=20),
        ),
        migrations.AlterField(
            model_name='ratecounter',
            name='key',
            field=models.CharField(max_length=320, primary_key=True, serialize=False),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('claimed_phone_number', ''), _negated=True), fields=['claimed_phone_number'], name='user_claimed_phone_number'),
        ),
        migrations.AddConstraint(
            model_name='guessbudget',
            constraint=models.CheckConstraint(condition=models.Q(('address__regex', '^\\+[1-9][0-9]{6,14}$|^[^@[:space:]]+@[^@[:space:]]+$')), name='guessbudget_address_is_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='phoneotp',
            constraint=models.UniqueConstraint(models.F('address'), models.F('purpose'), name='otp_is_one_per_purpose'),
        ),
        migrations.AddConstraint(
            model_name='phoneotp',
            constraint=models.CheckConstraint(condition=models.Q(('address__regex', '^\\+[1-9][0-9]{6,14}$|^[^@[:space:]]+@[^@[:space:]]+$')), name='otp_address_is_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(models.Q(('email', ''), _negated=True), models.Q(('password__startswith', '!'), _negated=True), ('is_staff', False)), name='user_email_login_is_unique', violation_error_message='Another account signs in with this e-mail address.'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('claimed_phone_number', ''), models.Q(('claimed_phone_number__regex', '^\\+[1-9][0-9]{6,14}$'), ('is_verified', False)), _connector='OR'), name='user_claim_is_e164_and_not_proven'),
        ),
        migrations.RemoveConstraint(
            model_name='securityevent',
            name='securityevent_kind_is_known',
        ),
        migrations.AddField(
            model_name='user',
            name='updated_at',
            field=models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AlterField(
            model_name='securityevent',
            name='kind',
            field=models.CharField(choices=[('signed_in', 'Signed in by phone'), ('code_refused', 'Typed a wrong code'), ('attempts_exceeded', 'Tried a code with no attempts left'), ('code_lengthened', 'Wrong codes made the next ones longer'), ('password_accepted', 'Signed in by password'), ('password_refused', 'A password was refused'), ('registered', 'Registered by e-mail'), ('password_changed', 'Set a password'), ('refresh_reused', 'A used refresh token came back'), ('exported', 'Exported their data'), ('revealed', 'Staff looked at a full number'), ('leads_exported', 'Staff exported leads'), ('token_created', 'Made an API token'), ('token_revoked', 'An API token was revoked')], max_length=32),
        ),
        migrations.AddConstraint(
            model_name='securityevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['signed_in', 'code_refused', 'attempts_exceeded', 'code_lengthened', 'password_accepted', 'password_refused', 'registered', 'password_changed', 'refresh_reused', 'exported', 'revealed', 'leads_exported', 'token_created', 'token_revoked'])), name='securityevent_kind_is_known'),
        ),
    ]
