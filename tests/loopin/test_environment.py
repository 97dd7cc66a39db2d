"""Production starts only when it is told all it needs, and says all that is missing at once."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from loopin.config import sms
from loopin.config.database import database_settings, process_name
from loopin.config.environment import Environment
from loopin.config.picture_storage import picture_storage
from loopin.config.variables import ByDefault
from tests.each import each
from tests.loopin.variables import GOOD


def test_development_needs_no_variables(told):
    env = told()
    assert (env.ENVIRONMENT, env.DEBUG, env.TWILIO_TEST_MODE) == ("dev", True, True)
    assert database_settings(env)["ENGINE"] == "loopin.embedded"


def test_production_has_safe_defaults(told):
    env = told(**GOOD)
    assert (env.DEBUG, env.TWILIO_TEST_MODE, env.ALLOWED_HOSTS) == (False, False, [])


def test_a_default_depends_on_the_kind_of_site(told):
    given = Environment.model_fields["PHONE_VALIDATION"].metadata
    [by_default] = [item for item in given if isinstance(item, ByDefault)]
    assert by_default.development == told().PHONE_VALIDATION
    assert by_default.production == told(**GOOD).PHONE_VALIDATION
    assert by_default.development != by_default.production


def test_messages_have_safe_defaults_in_production(told):
    limits = lambda **variables: (  # noqa: E731
        (env := told(**variables)).SMS_DAILY_BUDGET,
        env.SMS_ALLOWED_COUNTRIES,
    )
    assert limits() == (0, [])
    assert limits(**GOOD) == (5000, ["IN"])
    assert limits(**GOOD, SMS_DAILY_BUDGET="", SMS_ALLOWED_COUNTRIES="") == (5000, ["IN"])
    assert limits(**GOOD, SMS_DAILY_BUDGET="0", SMS_ALLOWED_COUNTRIES="*") == (0, [])
    assert limits(**GOOD, SMS_DAILY_BUDGET="9", SMS_ALLOWED_COUNTRIES="IN,AE") == (9, ["IN", "AE"])


def test_one_developer_does_not_reach_the_limits_of_development(told):
    names = ("SMS_PER_NUMBER", "SMS_PER_ACCOUNT", "SMS_PER_IP", "SMS_PER_PREFIX")
    limits = lambda env: [getattr(env, name) for name in (*names, "VERIFICATIONS_PER_IP")]  # noqa: E731
    assert min(limits(told())) == 1000
    assert told().SMS_PREFIX_VERIFIED_PERCENT == 0
    assert limits(told(**GOOD)) == [5, 10, 30, 30, 100]
    assert told(**GOOD).SMS_PREFIX_VERIFIED_PERCENT == 20
    assert limits(told(SMS_PER_NUMBER="7"))[0] == 7


def test_all_countries_are_named_alone(told):
    with pytest.raises(ImproperlyConfigured, match="must be \\* alone"):
        told(SMS_ALLOWED_COUNTRIES="*,IN")


def test_a_variable_set_to_nothing_counts_as_not_set(told):
    assert told(OTP_LENGTH="", PHONE_VALIDATION="") == told()


def test_variables_for_another_way_of_sending_codes_are_accepted(told):
    env = told(TWILIO_VERIFY_SID="VA0", TWILIO_VERIFY_SECRET="secret")
    assert env.model_copy(update={"TWILIO_VERIFY_SID": "", "TWILIO_VERIFY_SECRET": ""}) == told()


def test_keys_of_encryption_are_long_and_never_quoted(told):
    assert told(ENCRYPTION_KEYS=f"{'a' * 32}, {'b' * 40}").ENCRYPTION_KEYS == ["a" * 32, "b" * 40]
    with pytest.raises(ImproperlyConfigured) as raised:
        told(ENCRYPTION_KEYS=f"{'a' * 32},too-short")
    assert "ENCRYPTION_KEYS must be keys of at least 32 bytes each" in str(raised.value)
    assert "too-short" not in str(raised.value)


def test_production_lists_every_problem_at_once(told):
    with pytest.raises(ImproperlyConfigured) as raised:
        told(ENVIRONMENT="prod", DEBUG="True", TWILIO_TEST_MODE="true", OTP_LENGTH="3")
    message = str(raised.value)
    for name in (
        *(
            "DEBUG",
            "SECRET_KEY",
            "JWT_SECRET_KEY",
            "DATABASE_URL",
            "TWILIO_TEST_MODE",
            "OTP_LENGTH",
            "MEDIA_ROOT",
        ),
    ):
        assert f"- {name} " in message
    assert message.count("\n") == 7
    assert "factory" not in message


@each(
    "name, value",
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://loopin:pw@db.example/loopin"),
        ("SECRET_KEY", ""),
        ("JWT_SECRET_KEY", ""),
        ("JWT_SECRET_KEY", "j" * 31),
        ("JWT_SECRET_KEY", "s" * 50),
        ("JWT_SECRET_KEYS", "j" * 32),
        ("JWT_SECRET_KEYS", f":{'j' * 32}"),
        ("JWT_SECRET_KEYS", f"a:{'j' * 31}"),
        ("JWT_SECRET_KEYS", f"a:{'s' * 50}"),
        ("JWT_SECRET_KEYS", f"a:{'j' * 32},a:{'k' * 32}"),
        ("JWT_SECRET_KEYS", f"a b:{'j' * 32}"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("JWT_ALGORITHM", "none"),
        ("TWILIO_TEST_MODE", "true"),
        ("DEBUG", "1"),
        ("ENVIRONMENT", "production"),
        ("SITE_URL", "loopin.example"),
        ("OTP_LENGTH", "9"),
        ("MINIMUM_AGE", "many"),
        ("SMS_PROVIDER", "pigeon"),
        ("SMS_PROVIDER", "log_only"),
        ("OTP_CHANNELS", "sms,fax"),
        ("OTP_CHANNELS", "whatsapp"),
        ("OTP_CHANNELS", "sms,call"),
        ("TWILIO_WHATSAPP_NUMBER", "whatsapp:+15005550006"),
        ("MEDIA_ROOT", ""),
        ("MEDIA_URL", "pictures/"),
        ("MEDIA_URL", "https://pictures.example.com"),
    ],
)
def test_one_wrong_variable_stops_production(told, name, value):
    with pytest.raises(ImproperlyConfigured) as raised:
        told(**GOOD | {name: value})
    assert f"- {name} " in str(raised.value)


def test_the_message_shows_no_secret(told):
    with pytest.raises(ImproperlyConfigured) as raised:
        told(**GOOD | {"JWT_SECRET_KEY": "short-secret", "DATABASE_URL": "x://u:pass-word@h/d"})
    assert "short-secret" not in str(raised.value)
    assert "pass-word" not in str(raised.value)


def test_the_process_itself_refuses_to_start():
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={"PATH": os.environ["PATH"], "ENV_FILE": "", "ENVIRONMENT": "prod"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    for name in ("SECRET_KEY", "JWT_SECRET_KEY", "DATABASE_URL"):
        assert name in result.stderr


def test_a_database_url_is_read_as_libpq_reads_it(told):
    database = database_settings(told(**GOOD))
    assert database["ENGINE"] == "loopin.postgresql"
    assert [database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        *("loopin", "loopin", "pw", "db.example", "5433"),
    ]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["server_side_binding"] is True


@each(
    "words, name",
    [
        (["manage.py", "serve", "--port", "80"], "loopin web"),
        (["/srv/manage.py", "work"], "loopin worker"),
        (["manage.py", "migrate"], "loopin migrate"),
        (["/venv/bin/pytest", "tests"], "loopin"),
        ([], "loopin"),
        (["manage.py", "x" * 80], f"loopin {'x' * 56}"),
    ],
)
def test_the_database_is_told_which_process_asks(words, name):
    assert process_name(words) == name


def test_a_name_in_the_url_wins(told):
    url = "postgresql://loopin:pw@db.example/loopin?application_name=mine"
    options = database_settings(told(**GOOD | {"DATABASE_URL": url}))["OPTIONS"]
    assert options["application_name"] == "mine"
    assert "fallback_application_name" in options  # libpq takes it where no other is given


def options_of(env):
    """Those of the session that a URL's own leave, the last of each."""
    words = database_settings(env)["OPTIONS"]["options"].split("-c ")[1:]
    return dict(word.strip().split("=") for word in words)


def test_options_of_a_url_add_to_the_limits_of_a_session_and_win_over_them(told):
    ours = options_of(told(**GOOD))
    assert ours == {
        "statement_timeout": "5000",
        "lock_timeout": "3000",
        "idle_in_transaction_session_timeout": "10000",
        "TimeZone": "UTC",
    }
    url = f"{GOOD['DATABASE_URL']}&options=-c%20search_path%3Dx%20-c%20lock_timeout%3D1000"
    named = {"search_path": "x", "lock_timeout": "1000"}
    assert options_of(told(**GOOD | {"DATABASE_URL": url})) == ours | named


def test_db_variables_stand_in_for_a_url(told):
    env = told(**GOOD | {"DATABASE_URL": "", "DB_NAME": "loopin", "DB_HOST": "db", "DB_USER": "u"})
    database = database_settings(env)
    assert (database["NAME"], database["HOST"], database["USER"]) == ("loopin", "db", "u")
    assert options_of(env) == options_of(told(**GOOD))


def test_behind_a_pooler_nothing_is_kept_on_a_connection(told):
    options = database_settings(told(**GOOD, DB_POOLED="true"))["OPTIONS"]
    assert options["prepare_threshold"] is None
    assert "options" not in options


def test_a_bucket_stands_in_for_the_folder_of_pictures(told):
    login = {"S3_BUCKET": "loopin", "S3_REGION": "ap-south-1"}
    storage = picture_storage(told(**GOOD | {"MEDIA_ROOT": ""} | login), "")
    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storage["OPTIONS"]["querystring_auth"] is False
    assert storage["OPTIONS"]["client_config"].connect_timeout == 2
    folder = picture_storage(told(**GOOD), GOOD["MEDIA_ROOT"])
    assert folder["OPTIONS"]["location"] == "/media"


def test_named_keys_stand_in_for_the_one_key(told):
    newer, older = "n:" + "n" * 32, "o" * 40
    named = {"JWT_SECRET_KEYS": f"b:{newer}, a:{older}"}
    both = {"b": newer, "a": older}
    assert secrets_of(told(**GOOD | named)) == both | {"": GOOD["JWT_SECRET_KEY"]}
    assert secrets_of(told(**GOOD | named | {"JWT_SECRET_KEY": ""})) == both
    assert secrets_of(told(**GOOD)) == {"": GOOD["JWT_SECRET_KEY"]}


def secrets_of(env):
    return {key.key_id: key.signing_key for key in env.jwt_keys}


def test_lists_are_comma_separated(told):
    env = told(ALLOWED_HOSTS="a.example, b.example,", CORS_ALLOWED_ORIGINS="https://a.example")
    assert env.ALLOWED_HOSTS == ["a.example", "b.example"]
    assert env.CORS_ALLOWED_ORIGINS == ["https://a.example"]


def test_an_env_file_stands_in_for_missing_variables(told, tmp_path):
    (tmp_path / ".env").write_text("OTP_LENGTH=6\nMINIMUM_AGE=21\n")
    env = told(ENV_FILE=str(tmp_path / ".env"), MINIMUM_AGE="16")
    assert (env.OTP_LENGTH, env.MINIMUM_AGE) == (6, 16)


WHATSAPP = {
    "TWILIO_WHATSAPP_NUMBER": "+15005550009",
    "TWILIO_WHATSAPP_CONTENT_SID": "HX" + "0" * 32,
}


def test_sms_is_always_among_the_channels_and_first(told):
    assert told().OTP_CHANNELS == ["sms"]
    assert told(OTP_CHANNELS="call,sms,call").OTP_CHANNELS == ["sms", "call"]
    env = told(**GOOD | WHATSAPP, OTP_CHANNELS="whatsapp,call", TWILIO_PHONE_NUMBER="+15005550006")
    assert env.OTP_CHANNELS == ["sms", "whatsapp", "call"]


@pytest.mark.parametrize("missing", WHATSAPP)
def test_what_a_channel_lacks_is_named(told, missing):
    with pytest.raises(ImproperlyConfigured) as raised:
        told(**GOOD | WHATSAPP | {missing: ""}, OTP_CHANNELS="sms,whatsapp")
    assert f"- OTP_CHANNELS lists channels that also need {missing}" in str(raised.value)


def test_a_channel_that_the_provider_does_not_have_is_named(told, monkeypatch):
    monkeypatch.setitem(sms.PROVIDERS, "pigeon", {"sms": ()})
    assert told(**GOOD, SMS_PROVIDER="pigeon").OTP_CHANNELS == ["sms"]
    with pytest.raises(ImproperlyConfigured) as raised:
        told(**GOOD, SMS_PROVIDER="pigeon", OTP_CHANNELS="sms,call")
    assert "- OTP_CHANNELS lists call, which pigeon cannot do" in str(raised.value)


def test_development_that_sends_messages_needs_the_channel_s_settings_too(told):
    with pytest.raises(ImproperlyConfigured):
        told(OTP_CHANNELS="whatsapp", TWILIO_TEST_MODE="false")
