import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import override_settings

from accounts.models import SecurityEvent, Session, User
from leads.models import Lead
from loopin.settings import PASSWORD_HASHERS
from tests.accounts.conftest import ESHA, PASSWORD, broken, refused, user
from tests.cast import ALICE, CAROL, DAVE, PROFILE


def test_registering_answers_with_the_account_and_its_tokens(users):
    answer = users.register()
    body = answer.json()
    assert answer.status_code == 201
    assert body["token"] == body["data"]["access"]
    shown = body["data"]["user"]
    assert (shown["email"], shown["phone"], shown["first_name"]) == (ESHA["email"], DAVE, "Esha")
    assert (shown["phone_verified"], shown["email_verified"]) == (False, False)
    assert users.me(body["token"]) == shown


@pytest.mark.parametrize("path", ["/api/users/register", "/api/users/register/"])
def test_the_slash_at_the_end_is_optional(api, db, path):
    assert api.post(path, ESHA).status_code == 201


def test_the_password_is_kept_as_an_argon2_hash(users):
    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        users.register()
        assert identify_hasher(user().password).algorithm == "argon2"


def test_an_outdated_password_hash_is_replaced_at_sign_in(users, esha):
    assert identify_hasher(user().password).algorithm == "md5"
    with override_settings(
        PASSWORD_HASHERS=[*PASSWORD_HASHERS, "django.contrib.auth.hashers.MD5PasswordHasher"]
    ):
        assert users.log_in().status_code == 200
    assert user().password.startswith("argon2")


def test_every_broken_rule_is_told_at_once(users):
    answer = users.register(
        email="nobody",
        phone="12",
        first_name="",
        last_name="R2D2",
        password="123",
        password_confirm="1",
    )
    assert broken(answer) == {
        ("email", "invalid"),
        ("phone", "too_short"),
        ("first_name", "required"),
        ("last_name", "invalid_characters"),
        ("password", "password_too_short"),
        ("password", "password_too_common"),
        ("password", "password_entirely_numeric"),
    }
    assert not User.objects.exists()


def test_a_password_like_the_person_is_refused(users):
    like = {"password": "esha@example", "password_confirm": "esha@example"}
    assert broken(users.register(**like)) == {("password", "password_too_similar")}


def test_the_repeated_password_has_to_be_the_same(users):
    answer = users.register(password_confirm="monsoon-tabla-43")
    assert broken(answer) == {("password_confirm", "password_mismatch")}


def test_no_value_comes_back_with_an_error(users):
    answer = users.register(email="nobody", password="hunter2", password_confirm="hunter2")
    assert b"hunter2" not in answer.content
    assert b"nobody" not in answer.content


@pytest.mark.parametrize("spelling", ["esha@example.com", "ESHA@Example.COM", " Esha@example.com "])
def test_an_address_registers_once_however_it_is_spelled(users, esha, spelling):
    assert refused(users.register(email=spelling, phone=CAROL)) == (409, "email_taken")
    assert User.objects.count() == 1


def test_a_number_that_somebody_has_proven_cannot_be_claimed(users, alice):
    assert refused(users.register(phone=ALICE)) == (409, "phone_taken")
    assert User.objects.count() == 1


def test_a_claimed_number_can_be_claimed_by_others(users, esha):
    assert users.register(email="other@example.com").status_code == 201


def test_registering_makes_a_lead(users, esha):
    lead = Lead.objects.get(phone_number=DAVE)
    assert (lead.source, lead.name, lead.email) == ("email", "Esha Nair", ESHA["email"])
    assert (lead.user_id, lead.verified_at) == (None, None)
    assert [event.kind for event in lead.events.all()] == ["registered"]


def test_a_claim_does_not_rename_the_lead_of_a_known_number(users, carol):
    Lead.objects.filter(phone_number=CAROL).update(name="Carol")
    users.register(phone=CAROL)
    lead = Lead.objects.get(phone_number=CAROL)
    assert (lead.name, lead.email, lead.source) == ("Carol", "", "api")


def test_registering_is_in_the_security_log(users, esha):
    assert [event.kind for event in SecurityEvent.objects.filter(user=user())] == ["registered"]
    assert Session.objects.filter(user=user()).live().count() == 1


def test_an_account_without_a_proven_number_completes_no_profile(api, users, esha):
    answer = api.post("/api/auth/complete-profile", PROFILE, token=esha)
    assert refused(answer) == (403, "phone_not_verified")


def test_logging_in_takes_any_spelling_of_the_address(users, esha):
    answer = users.log_in("ESHA@example.com", PASSWORD)
    assert answer.status_code == 200
    assert answer.json()["message"] == "Login successful"
    assert answer.json()["data"]["user"]["email"] == ESHA["email"]


def test_the_session_is_listed_among_the_others(api, users, esha):
    assert len(api.get("/api/auth/sessions", token=esha).json()["data"]) == 1
    refresh = users.log_in().json()["data"]["refresh"]
    answer = users.post("token/refresh", {"refresh_token": refresh})
    assert answer.status_code == 200
    token = answer.json()["token"]
    assert users.post("logout", token=token).status_code == 200
    assert refused(api.get("/api/users/me/", token=token)) == (401, "invalid_token")
