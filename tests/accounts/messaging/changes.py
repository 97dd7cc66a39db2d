"""Everything of an account that somebody else is told of, through every door.

Each is a generator: it prepares all, and goes on while nothing can be sent. `world` has the
fixtures by their names.
"""

from collections.abc import Iterator

from accounts.models import RecoveryCode, User
from tests.accounts.conftest import PASSWORD
from tests.accounts.staff import door
from tests.cast import BOB, DAVE

OLD, NEW = "old@example.com", "new@example.com"
TWICE = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}

Steps = Iterator[None]


def with_old_address(user: User) -> User:
    User.objects.filter(pk=user.pk).update(email=OLD, is_email_verified=True)
    return user


def email_of(user: User) -> str:
    return User.objects.values_list("email", flat=True).get(pk=user.pk)


def claim(world, number: str) -> None:
    world.users.register(phone=number, email=OLD)


def change_email_in_the_profile(world) -> Steps:
    token = world.token_of(with_old_address(world.alice))
    yield
    answer = world.api.patch("/api/auth/profile", {"email": NEW}, token=token)
    assert (answer.status_code, answer.json()["data"]["email"]) == (200, NEW)
    assert email_of(world.alice) == NEW


def change_email_on_the_page(world) -> Steps:
    browser = world.browser_of(with_old_address(world.alice))
    yield
    answer = browser.post("/profile/edit/more/", {"email": NEW}, follow=True)
    assert "Your profile is saved." in answer.content.decode()
    assert email_of(world.alice) == NEW


def change_email_of_the_account(world) -> Steps:
    assert world.esha
    User.objects.filter(email="esha@example.com").update(email=OLD)
    yield
    answer = world.api.patch("/api/users/me/", {"email": NEW}, token=world.esha)
    assert (answer.status_code, answer.json()["data"]["email"]) == (200, NEW)


def change_email_in_the_admin(world) -> Steps:
    staff = with_old_address(world.staff)
    browser = world.browser_of(world.manager)
    yield
    form = {"username": staff.username, "email": NEW, "is_active": "on", "is_staff": "on"}
    answer = browser.post(f"/django/admin/accounts/user/{staff.pk}/change/", form, follow=True)
    assert "was changed successfully" in answer.content.decode()
    assert email_of(staff) == NEW


def set_a_password(world) -> Steps:
    token = world.verified
    yield
    body = TWICE | {"current_password": PASSWORD}
    assert world.users.post("set-password", body, token).status_code == 200
    assert world.users.log_in(password=TWICE["password"]).status_code == 200


def reset_a_password(world) -> Steps:
    assert world.verified
    world.users.post("password-reset", {"phone": DAVE})
    yield
    body = {"phone": DAVE, "otp": world.sms.last_code(DAVE)} | TWICE
    assert world.users.post("password-reset/confirm", body).status_code == 200
    assert world.users.log_in(password=TWICE["password"]).status_code == 200


def reset_a_password_on_the_page(world) -> Steps:
    assert world.verified
    world.client.post("/password/", {"phone_number": DAVE})
    yield
    form = {"otp_code": world.sms.last_code(DAVE)} | TWICE
    answer = world.client.post("/password/new/", form, follow=True)
    assert "Your password is changed." in answer.content.decode()


def move_to_another_number(world) -> Steps:
    claim(world, DAVE)
    token = world.token_of(world.alice)
    world.api.post("/api/auth/change-phone", {"phone_number": DAVE}, token=token)
    yield
    body = {"phone_number": DAVE, "otp_code": world.sms.last_code(DAVE)}
    answer = world.api.post("/api/auth/verify-change-phone", body, token=token)
    assert (answer.status_code, answer.json()["data"]["phone_number"]) == (200, DAVE)


def move_to_another_number_on_the_page(world) -> Steps:
    claim(world, DAVE)
    browser = world.browser_of(world.alice)
    browser.post("/profile/phone/", {"phone_number": DAVE})
    yield
    form = {"otp_code": world.sms.last_code(DAVE)}
    answer = browser.post("/profile/phone/verify/", form, follow=True)
    assert "Your number is changed." in answer.content.decode()


def sign_up_with_a_claimed_number(world) -> Steps:
    claim(world, BOB)
    world.api.post("/api/auth/signup", {"phone_number": BOB})
    yield
    body = {"phone_number": BOB, "otp_code": world.sms.last_code(BOB)}
    answer = world.api.post("/api/auth/verify-otp", body)
    assert answer.status_code == 200
    assert answer.json()["token"]


def sign_up_with_a_claimed_number_on_the_page(world) -> Steps:
    claim(world, BOB)
    world.client.post("/signup/", {"phone_number": BOB})
    yield
    answer = world.client.post("/verify/", {"otp_code": world.sms.last_code(BOB)}, follow=True)
    assert answer.redirect_chain[-1] == ("/profile/complete/about/", 302)


def prove_a_number_that_others_claim(world) -> Steps:
    token = world.esha
    world.users.register(email=OLD)
    world.users.post("send-phone-otp", {"phone": DAVE}, token)
    yield
    body = {"phone": DAVE, "otp": world.sms.last_code(DAVE)}
    answer = world.users.post("verify-phone-otp", body, token)
    assert (answer.status_code, answer.json()["data"]["phone_verified"]) == (200, True)


def set_up_a_second_factor(world) -> Steps:
    manager = with_old_address(world.manager)
    browser = door.open_invitation(manager)
    browser.get(door.ENROL)
    yield
    answer = browser.post(door.ENROL, {"second_factor": door.app_code(manager)})
    assert len(answer.context["codes"]) == RecoveryCode.objects.filter(user=manager).count() > 0


CHANGES = {
    change_email_in_the_profile: ["email_changed"],
    change_email_on_the_page: ["email_changed"],
    change_email_of_the_account: ["email_changed"],
    change_email_in_the_admin: ["email_changed"],
    set_a_password: ["password_changed"] * 2,
    reset_a_password: ["password_changed"] * 2,
    reset_a_password_on_the_page: ["password_changed"] * 2,
    move_to_another_number: ["claimed_number_lost", "phone_changed"],
    move_to_another_number_on_the_page: ["claimed_number_lost", "phone_changed"],
    sign_up_with_a_claimed_number: ["claimed_number_lost"],
    sign_up_with_a_claimed_number_on_the_page: ["claimed_number_lost"],
    prove_a_number_that_others_claim: ["claimed_number_lost"],
    set_up_a_second_factor: ["second_factor_added"],
}
"""The changes, and the kinds of notices of each."""
