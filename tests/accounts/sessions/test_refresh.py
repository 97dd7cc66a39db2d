"""Refresh tokens as apps exchange them: once, again when an answer was lost, and by a thief."""

import hashlib

import pytest

from accounts.models import SecurityEvent, Session, User
from accounts.models.security_event import Kind
from accounts.sessions.refresh_tokens import RefreshToken
from tests.accounts.conftest import refused_with
from tests.cast import ALICE
from tests.each import each

PROFILE_URL = "/api/auth/profile"


def test_a_refresh_token_is_exchanged_for_a_token_and_its_successor(api, sign_in, refresh):
    answer = sign_in()
    response = refresh(answer["data"]["refresh_token"])
    renewed = response.json()
    assert response.status_code == 200
    assert renewed["data"].keys() == {"access", "refresh", "refresh_token", "expires_in"}
    assert renewed["data"]["refresh_token"] != answer["data"]["refresh_token"]
    assert renewed["token"] != answer["token"]
    assert api.get(PROFILE_URL, token=renewed["token"]).status_code == 200
    assert refresh(renewed["data"]["refresh_token"]).status_code == 200
    assert Session.objects.count() == 1


def test_verify_otp_gives_a_refresh_token_too(api, sms, db, refresh):
    api.post("/api/auth/signup", {"phone_number": ALICE})
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    answer = api.post("/api/auth/verify-otp", body).json()
    assert refresh(answer["data"]["refresh_token"]).status_code == 200


def test_the_database_holds_a_hash_of_the_refresh_token_alone(sign_in):
    text = sign_in()["data"]["refresh_token"]
    token = RefreshToken.parse(text)
    assert len(token.secret) * 8 == 256
    session = Session.objects.values().get()
    expected = hashlib.sha256(token.session_id.bytes + token.secret).hexdigest()
    assert session["refresh_hash"] == expected
    assert text not in str(session)
    assert token.secret.hex() not in str(session)
    assert str(token) not in repr(token)


def test_two_sign_ins_share_nothing(sign_in):
    tokens = {RefreshToken.parse(sign_in()["data"]["refresh_token"]) for _ in range(3)}
    assert len({token.secret for token in tokens}) == len({t.session_id for t in tokens}) == 3


@each("seconds", [9, 35, 20 * 24 * 3600])
def test_a_lost_answer_can_be_asked_for_again(api, sign_in, refresh, reuses, travel, seconds):
    parent = sign_in()["data"]["refresh_token"]
    first = refresh(parent).json()
    travel(seconds)
    again = refresh(parent).json()
    assert again["data"]["refresh_token"] == first["data"]["refresh_token"]
    assert api.get(PROFILE_URL, token=again["token"]).status_code == 200
    assert refresh(again["data"]["refresh_token"]).status_code == 200
    assert reuses == []


def test_answers_may_be_lost_any_number_of_times(api, sign_in, refresh, reuses, travel):
    token = sign_in()["data"]["refresh_token"]
    for _ in range(3):
        answers = []
        for _ in range(3):
            answers.append(refresh(token).json())
            travel(3600)
        assert len({answer["data"]["refresh_token"] for answer in answers}) == 1
        assert api.get(PROFILE_URL, token=answers[-1]["token"]).status_code == 200
        token = answers[-1]["data"]["refresh_token"]
    assert reuses == []


def test_the_token_from_before_does_not_show_that_the_answer_arrived(
    api, sign_in, refresh, reuses, travel
):
    """An app whose renewal was lost goes on with the access token that it has."""
    answer = sign_in()
    parent = answer["data"]["refresh_token"]
    refresh(parent)
    travel(61)
    assert api.get(PROFILE_URL, token=answer["token"]).status_code == 200
    travel(35)
    assert refresh(parent).status_code == 200
    assert reuses == []


def test_calls_may_cross_for_ten_seconds_although_an_answer_was_used(
    api, sign_in, refresh, reuses, travel
):
    parent = sign_in()["data"]["refresh_token"]
    token = refresh(parent).json()["token"]
    api.get(PROFILE_URL, token=token)
    travel(9)
    assert refresh(parent).status_code == 200
    assert reuses == []


def test_calls_may_cross_when_a_lost_answer_is_asked_for_again(
    api, sign_in, refresh, reuses, travel
):
    parent = sign_in()["data"]["refresh_token"]
    refresh(parent)
    travel(3600)
    api.get(PROFILE_URL, token=refresh(parent).json()["token"])
    travel(9)
    assert refresh(parent).status_code == 200
    assert reuses == []


def test_crossing_calls_do_not_keep_a_used_answer_open(api, sign_in, refresh, reuses, travel):
    """A thief who asks again and again gets no more than the ten seconds."""
    parent = sign_in()["data"]["refresh_token"]
    api.get(PROFILE_URL, token=refresh(parent).json()["token"])
    travel(6)
    assert refresh(parent).status_code == 200
    travel(5)
    refused_with(refresh(parent), 401, "invalid_token")
    assert len(reuses) == 1


@each("which", ["first", "again"])
def test_once_an_answer_was_used_its_parent_ends_the_session_for_both(
    api, sign_in, refresh, reuses, travel, alice, which
):
    answer = sign_in()
    parent = answer["data"]["refresh_token"]
    renewed = {"first": refresh(parent).json()}
    travel(35)
    renewed["again"] = refresh(parent).json()
    assert api.get(PROFILE_URL, token=renewed[which]["token"]).status_code == 200
    travel(11)
    refused_with(refresh(parent), 401, "invalid_token")
    for token in (answer["token"], renewed["first"]["token"], renewed["again"]["token"]):
        refused_with(api.get(PROFILE_URL, token=token), 401, "invalid_token")
    refused_with(refresh(renewed["first"]["data"]["refresh_token"]), 401, "invalid_token")
    assert reuses.pop() == (alice.pk, Session.objects.get().pk)
    assert reuses == []
    assert SecurityEvent.objects.filter(kind=Kind.REFRESH_REUSED).count() == 1


def test_a_thief_who_uses_the_parent_after_a_lost_answer_is_found_out(
    api, sign_in, refresh, reuses, travel
):
    """The thief gets the successor that its owner never saw; who comes second ends the session."""
    parent = sign_in()["data"]["refresh_token"]
    refresh(parent)  # the answer is lost
    travel(35)
    stolen = refresh(parent).json()
    assert api.get(PROFILE_URL, token=stolen["token"]).status_code == 200
    travel(11)
    refused_with(refresh(parent), 401, "invalid_token")
    refused_with(api.get(PROFILE_URL, token=stolen["token"]), 401, "invalid_token")
    assert len(reuses) == 1


def test_a_thief_who_follows_one_step_behind_is_found_out(api, sign_in, refresh, reuses, travel):
    parent = sign_in()["data"]["refresh_token"]
    renewed = refresh(parent).json()
    api.get(PROFILE_URL, token=renewed["token"])
    travel(1800)
    again = refresh(renewed["data"]["refresh_token"]).json()
    api.get(PROFILE_URL, token=again["token"])
    travel(11)
    refused_with(refresh(renewed["data"]["refresh_token"]), 401, "invalid_token")
    assert len(reuses) == 1


def test_a_lost_answer_does_not_outlive_the_session(sign_in, refresh, reuses, travel):
    parent = sign_in()["data"]["refresh_token"]
    refresh(parent)
    travel(30 * 24 * 3600 + 1)
    refused_with(refresh(parent), 401, "token_expired")
    assert reuses == []


def test_a_lost_answer_is_not_given_again_once_the_session_was_ended(sign_in, refresh, reuses):
    parent = sign_in()["data"]["refresh_token"]
    refresh(parent)
    Session.objects.all().revoke()
    refused_with(refresh(parent), 401, "invalid_token")
    assert reuses == []


def test_a_lost_answer_is_not_given_again_to_a_deactivated_account(sign_in, refresh, reuses, alice):
    parent = sign_in()["data"]["refresh_token"]
    refresh(parent)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refused_with(refresh(parent), 403, "account_inactive")
    assert reuses == []


def test_a_token_that_was_replaced_twice_is_reuse_at_once(sign_in, refresh, reuses):
    grandparent = sign_in()["data"]["refresh_token"]
    parent = refresh(grandparent).json()["data"]["refresh_token"]
    refresh(parent)
    refused_with(refresh(grandparent), 401, "invalid_token")
    assert len(reuses) == 1
    refused_with(refresh(parent), 401, "invalid_token")
    assert len(reuses) == 1  # told once


def test_reuse_ends_no_other_session(api, sign_in, refresh, travel):
    other = sign_in()
    parent = sign_in()["data"]["refresh_token"]
    api.get(PROFILE_URL, token=refresh(parent).json()["token"])
    travel(11)
    refresh(parent)
    assert api.get(PROFILE_URL, token=other["token"]).status_code == 200


@each("forged", ["", "x", "é", "A" * 88, "A" * 5000, "null"])
def test_an_invented_refresh_token_is_refused(refresh, db, forged):
    refused_with(refresh(forged), 401, "invalid_token")


def test_an_invented_refresh_token_does_not_end_the_session(api, sign_in, refresh, reuses):
    """Whoever knows the session's id, which is in every access token, cannot end it so."""
    answer = sign_in()
    text = answer["data"]["refresh_token"]
    flipped = ("B" if text[40] == "A" else "A").join([text[:40], text[41:]])
    refused_with(refresh(flipped), 401, "invalid_token")
    assert reuses == []
    assert api.get(PROFILE_URL, token=answer["token"]).status_code == 200


def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(api, sign_in, refresh):
    answer = sign_in()
    refused_with(refresh(answer["token"]), 401, "invalid_token")
    response = api.get(PROFILE_URL, token=answer["data"]["refresh_token"])
    refused_with(response, 401, "invalid_token")


def test_a_session_lives_thirty_days_in_all_however_often_it_is_renewed(sign_in, refresh, travel):
    token = sign_in()["data"]["refresh_token"]
    for _ in range(2):
        travel(14 * 24 * 3600)
        token = refresh(token).json()["data"]["refresh_token"]
    travel(2 * 24 * 3600 + 1)
    refused_with(refresh(token), 401, "token_expired")


def test_logging_out_ends_the_refresh_token(api, sign_in, refresh, reuses):
    answer = sign_in()
    api.post("/api/auth/logout", token=answer["token"])
    refused_with(refresh(answer["data"]["refresh_token"]), 401, "invalid_token")
    assert reuses == []


def test_a_deactivated_account_is_not_renewed(sign_in, refresh, alice):
    token = sign_in()["data"]["refresh_token"]
    User.objects.filter(pk=alice.pk).update(is_active=False)
    refused_with(refresh(token), 403, "account_inactive")


@pytest.mark.parametrize("body", [{}, {"refresh_token": 5}, {"refresh_token": None}])
def test_a_body_without_a_refresh_token_is_refused(api, db, body):
    refused_with(api.post("/api/auth/refresh", body), 422, "validation_error")
