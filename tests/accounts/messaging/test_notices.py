"""What one person can have sent to the addresses of others: a few messages, whatever they do."""

from itertools import pairwise

import pytest

from accounts import limits
from accounts.messaging import notices
from accounts.models import User
from tests.accounts.conftest import ESHA, PASSWORD, refused, user
from tests.cast import ALICE, PROFILE
from tests.commits import run_committed

VICTIM = "victim@example.com"
DAY = 24 * 60 * 60


def change_email(api, token, email):
    return api.patch("/api/users/me/", {"email": email}, token=token)


def test_forty_changes_of_an_address_send_a_few_mails_and_say_the_true_wait(
    api, users, esha, mailoutbox, travel
):
    """Each address is somebody else's, and is left again, which is what its owner is told."""
    answers = [change_email(api, esha, f"stranger{n}@example.com") for n in range(40)]
    cap = limits.EMAIL_CHANGES_OF_ACCOUNT.cap
    assert [answer.status_code for answer in answers] == [200] * cap + [429] * (40 - cap)
    assert len(mailoutbox) == cap
    first_refusal = answers[cap]
    assert refused(first_refusal) == (429, "too_many_changes")
    wait = first_refusal.json()["retry_after"]
    assert DAY - 10 < wait <= DAY
    assert first_refusal["Retry-After"] == str(wait)
    assert user_email() == f"stranger{cap - 1}@example.com"
    travel(wait)
    assert change_email(api, esha, ESHA["email"]).status_code == 200


def user_email():
    return User.objects.values_list("email", flat=True).get(username__startswith="email-")


def test_the_profile_is_no_way_around_the_limit_and_tells_the_address_before(
    api, alice, token_of, mailoutbox
):
    token = token_of(alice)
    statuses = []
    for number in range(limits.EMAIL_CHANGES_OF_ACCOUNT.cap + 3):
        body = {"email": f"stranger{number}@example.com"}
        answer = api.patch("/api/auth/profile", body, token=token)
        statuses.append(answer.status_code)
    # The first address replaced none.
    assert statuses == [200] * (limits.EMAIL_CHANGES_OF_ACCOUNT.cap + 1) + [429] * 2
    assert change_email(api, token, VICTIM).status_code == 429
    told = [message.to[0] for message in mailoutbox]
    first = [f"stranger{n}@example.com" for n in range(limits.NOTICES_TO_UNPROVEN.cap)]
    assert told[: len(first)] == first
    assert len(told) == limits.EMAIL_CHANGES_OF_ACCOUNT.cap


def test_the_same_address_again_is_no_change(api, esha, mailoutbox):
    for _ in range(limits.EMAIL_CHANGES_OF_ACCOUNT.cap + 3):
        assert change_email(api, esha, ESHA["email"].upper()).status_code == 200
    assert mailoutbox == []


def test_many_accounts_together_send_one_stranger_a_few_notices(api, users, mailoutbox):
    for number in range(limits.NOTICES_TO_UNPROVEN.cap + 4):
        mine = users.register(email=f"a{number}@example.com", phone=f"+9199001122{number:02d}")
        token = mine.json()["token"]
        assert change_email(api, token, VICTIM).status_code == 200
        assert change_email(api, token, f"b{number}@example.com").status_code == 200
    told = [message.to[0] for message in mailoutbox]
    assert told.count(VICTIM) == limits.NOTICES_TO_UNPROVEN.cap


def test_nobody_uses_up_the_notices_to_a_proven_address(api, users, esha, mailoutbox):
    """Somebody with a token tries to leave no room for the notice of what they do next."""
    owner = user()
    User.objects.filter(pk=owner.pk).update(is_email_verified=True)
    for _ in range(limits.NOTICES_TO_UNPROVEN.cap):
        notices.claimed_number_lost([owner.pk])
    assert change_email(api, esha, "thief@example.com").status_code == 200
    last = mailoutbox[-1]
    assert (last.to, "another e-mail address" in last.body) == ([ESHA["email"]], True)


def test_who_proves_a_number_that_a_thousand_accounts_claim_waits_for_a_few_mails(db, mailoutbox):
    strangers = [User(username=f"s{n}", email=f"stranger{n}@example.com") for n in range(1000)]
    notices.claimed_number_lost([user.pk for user in User.objects.bulk_create(strangers)])
    run_committed()
    assert len(mailoutbox) == notices.MOST_CLAIMS_TOLD


def test_codes_to_one_address_after_another_have_a_limit_for_the_account(users, esha, mailoutbox):
    """Changing addresses has its own limit, which is left out here."""
    sent = []
    for number in range(limits.EMAIL_CODES_OF_ACCOUNT.cap + 2):
        User.objects.update(email=f"stranger{number}@example.com")
        sent.append(users.post("send-email-otp", token=esha))
    cap = limits.EMAIL_CODES_OF_ACCOUNT.cap
    assert [answer.status_code for answer in sent] == [200] * cap + [429] * 2
    assert len(mailoutbox) == cap
    assert DAY - 10 < sent[-1].json()["retry_after"] <= DAY


def test_a_code_that_was_not_sent_counts_nothing(users, esha, mailoutbox, travel):
    users.post("send-email-otp", token=esha)
    for _ in range(limits.EMAIL_CODES_OF_ACCOUNT.cap + 5):
        assert refused(users.post("send-email-otp", token=esha)) == (429, "resend_too_soon")
    travel(61)
    assert users.post("send-email-otp", token=esha).status_code == 200


def test_changes_of_a_password_and_their_messages_have_a_limit(users, verified, sms, mailoutbox):
    passwords = [PASSWORD, *(f"monsoon-tabla-{n}" for n in range(100, 120))]
    answers, before = [], len(sms.messages)
    for current, new in pairwise(passwords):
        body = {"password": new, "password_confirm": new, "current_password": current}
        answers.append(users.post("set-password", body, verified))
        if answers[-1].status_code != 200:
            break
    cap = limits.PASSWORD_CHANGES_OF_ACCOUNT.cap
    assert len(answers) == cap + 1
    assert refused(answers[-1]) == (429, "too_many_changes")
    assert len(sms.messages) - before == cap
    assert len(mailoutbox) == limits.NOTICES_TO_UNPROVEN.cap
    assert users.log_in(password=passwords[cap]).status_code == 200


@pytest.mark.usefixtures("alice")
def test_completing_a_profile_with_a_first_address_tells_nobody(api, token_of, mailoutbox):
    token = token_of(User.objects.get(phone_number=ALICE))
    body = PROFILE | {"email": "alice@example.com"}
    assert api.post("/api/auth/complete-profile", body, token=token).status_code in (200, 201)
    assert mailoutbox == []
