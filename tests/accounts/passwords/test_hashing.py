"""Hashing a password is dear on purpose, so few are hashed at once and nobody else pays for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from accounts.models import RateCounter, User
from accounts.passwords import hashers
from accounts.passwords.errors import PasswordsBusy
from loopin import settings as product_settings
from loopin.serving.concurrency import ConcurrencyLimit, cores_for_process
from tests.api import JSON
from tests.each import each

LOGIN = "/api/users/login/"
EMAIL, PASSWORD = "asha@example.com", "correct horse battery"
OWASP = "argon2$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture
def as_in_production(settings):
    settings.PASSWORD_HASHERS = product_settings.PASSWORD_HASHERS


@pytest.fixture
def no_turn_left():
    """All who may hash, and all who may wait for it, do."""
    with ExitStack() as others:
        while hashers.hashing._places.acquire(blocking=False):
            others.callback(hashers.hashing._places.release)
        yield


@pytest.fixture
def asha(db, as_in_production):
    return User.objects.create_user("email-asha", EMAIL, PASSWORD)


def test_passwords_are_hashed_as_owasp_advises(as_in_production):
    assert make_password(PASSWORD).startswith(OWASP)


@each("kept", ["argon2", "pbkdf2", "scrypt"])
def test_a_password_that_is_kept_otherwise_still_signs_in_and_is_hashed_anew(
    api, asha, settings, kept
):
    from django.contrib.auth import hashers as django_hashers

    hasher = {
        "argon2": django_hashers.Argon2PasswordHasher,
        "pbkdf2": django_hashers.PBKDF2PasswordHasher,
        "scrypt": django_hashers.ScryptPasswordHasher,
    }[kept]()
    User.objects.filter(pk=asha.pk).update(password=hasher.encode(PASSWORD, hasher.salt()))
    assert not User.objects.get(pk=asha.pk).password.startswith(OWASP)
    assert api.post(LOGIN, {"email": EMAIL, "password": "another word"}).status_code == 401
    assert api.post(LOGIN, {"email": EMAIL, "password": PASSWORD}).status_code == 200
    assert User.objects.get(pk=asha.pk).password.startswith(OWASP)
    assert api.post(LOGIN, {"email": EMAIL, "password": PASSWORD}).status_code == 200


REGISTRATION = {
    "email": "new@example.com",
    "phone": "+916205829376",
    "first_name": "Asha",
    "last_name": "Rao",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}


@each(
    "path, body",
    [
        ("/api/users/register/", REGISTRATION),
        (LOGIN, {"email": EMAIL, "password": PASSWORD}),
        (LOGIN, {"email": "nobody@example.com", "password": PASSWORD}),
    ],
)
def test_who_comes_when_all_turns_are_taken_is_told_when_to_come_again(
    api, asha, no_turn_left, path, body
):
    response = api.post(path, body)
    assert response.status_code == 503
    assert response.json()["code"] == "passwords_busy"
    assert response["Retry-After"] == str(response.json()["retry_after"]) == "5"
    assert not User.objects.filter(email=REGISTRATION["email"]).exists()


@each("path, name", [("/login/email/", "email"), ("/django/admin/login/", "username")])
def test_the_pages_say_so_too(asha, no_turn_left, path, name):
    response = Client().post(path, {name: EMAIL, "password": PASSWORD})
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "Many people are signing in" in response.content.decode()


def test_the_admin_s_form_for_passwords_answers_so_too(browser_of, manager, asha, no_turn_left):
    path = f"/django/admin/accounts/user/{asha.pk}/password/"
    sent = {"password1": "an even longer one", "password2": "an even longer one"}
    response = browser_of(manager).post(path, sent)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_who_was_not_compared_has_not_guessed(api, asha):
    with ExitStack() as others:
        while hashers.hashing._places.acquire(blocking=False):
            others.callback(hashers.hashing._places.release)
        for _ in range(8):  # more than the five guesses of a name in a network
            assert api.post(LOGIN, {"email": EMAIL, "password": PASSWORD}).status_code == 503
    assert set(RateCounter.objects.values_list("count", flat=True)) == {0}
    assert api.post(LOGIN, {"email": EMAIL, "password": PASSWORD}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_a_crowd_no_more_hash_at_once_than_there_are_cores(as_in_production):
    """The crowd registers; what each sees is a hash or a refusal, and soon."""
    began = time.monotonic()

    def register(number):
        client = Client(raise_request_exception=False)
        body = REGISTRATION | {"email": f"a{number}@example.com", "phone": f"+9162058{number:05}"}
        try:
            url, network = "/api/users/register/", f"203.0.113.{number}"
            return client.post(url, body, JSON, REMOTE_ADDR=network).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as crowd:
        statuses = list(crowd.map(register, range(32)))
    assert set(statuses) <= {201, 503}
    assert 201 in statuses
    assert time.monotonic() - began < 20


def test_no_more_threads_work_at_once_than_are_allowed():
    limit = ConcurrencyLimit(at_once=2, waiting=20, wait_seconds=20, busy=PasswordsBusy)
    working, most = [], []

    def work(number):
        with limit.turn():
            working.append(number)
            most.append(len(working))
            time.sleep(0.01)
            working.remove(number)

    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(work, range(20)))
    assert len(most) == 20
    assert max(most) == 2


def test_turns_are_one_for_each_core_of_all_processes_together(settings, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    settings.WORKERS = 4
    assert cores_for_process() == 2
    settings.WORKERS = 16
    assert cores_for_process() == 1
    assert django_settings.WORKER_THREADS // 4 > 0


def test_who_waits_for_a_turn_gets_it_or_is_refused_in_time():
    limit = ConcurrencyLimit(at_once=1, waiting=1, wait_seconds=0.2, busy=PasswordsBusy)
    with ThreadPoolExecutor(1) as other, limit.turn():
        began = time.monotonic()
        waiting = other.submit(limit.turn().__enter__)
        with pytest.raises(PasswordsBusy):
            waiting.result(timeout=5)
        assert 0.1 < time.monotonic() - began < 3
    with limit.turn():
        pass
