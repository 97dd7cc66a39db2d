"""What somebody with the Admin role, or with permissions on users, can do to those above."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import limits
from accounts.models import ApiToken, AuthenticatorApp, RecoveryCode, SecurityEvent, Session, User
from accounts.staff import flows
from tests import broken
from tests.accounts.staff import door
from tests.cast import ALICE
from tests.each import each

USERS = "/django/admin/accounts/user/"
ALL_ON = {
    "is_active": "on",
    "is_staff": "on",
    "is_superuser": "on",
    "user_permissions": ["1", "2", "3"],
}


@pytest.fixture
def anil(sales_admin, browser_of):
    """The browser of somebody with the Admin role."""
    return browser_of(sales_admin)


@pytest.fixture
def holder(staff, browser_of):
    """The browser of an agent who was given every permission on accounts, sessions and groups."""
    wanted = Permission.objects.filter(content_type__app_label__in=["accounts", "auth"])
    staff.user_permissions.set(wanted)
    return browser_of(staff)


def with_address(user):
    user.email = f"{user.username}@loopin.example"
    user.save()
    return user


def page_of(user, name="change"):
    return reverse(f"admin:accounts_user_{name}", args=[user.pk])


def password_page_of(user):
    return reverse("admin:auth_user_password_change", args=[user.pk])


def act(browser, action, *people):
    form = {"action": action, "_selected_action": [person.pk for person in people]}
    return browser.post(USERS, form, follow=True)


def group(name):
    return Group.objects.get(name=name)


def rights_of(user):
    found = User.objects.get(pk=user.pk)
    groups = set(found.groups.values_list("name", flat=True))
    return found.is_staff, found.is_superuser, groups, found.user_permissions.count()


def test_an_admin_adds_staff_and_puts_them_into_a_group(anil):
    new = {"username": "nia", "password1": "correct horse", "password2": "correct horse"}
    added = anil.post(f"{USERS}add/", new | {"usable_password": "true"} | ALL_ON)
    nia = User.objects.get(username="nia")
    assert added["Location"] == page_of(nia)
    assert rights_of(nia) == (True, False, set(), 0)
    form = {"username": "nia", "email": "nia@loopin.example", "groups": [group("Sales agent").pk]}
    assert anil.post(page_of(nia), form | ALL_ON).status_code == 302
    assert rights_of(nia) == (True, False, {"Sales agent"}, 0)
    act(anil, "invite", nia)
    [message] = mail.outbox
    assert message.to == ["nia@loopin.example"]
    path = message.body.split("https://loopin.example")[1].strip()
    assert Client().get(path)["Location"] == door.ENROL


def test_an_admin_becomes_no_superuser_by_what_the_form_does_not_show(anil, sales_admin):
    before = rights_of(sales_admin)
    page = anil.get(page_of(sales_admin)).content.decode()
    assert 'name="is_superuser"' not in page
    refused = anil.post(page_of(sales_admin), {"username": "anil", "email": ""} | ALL_ON)
    assert refused.status_code == 403
    assert rights_of(sales_admin) == before


def test_nobody_ticks_superuser_or_staff_with_permissions_alone(holder, staff, colleague, alice):
    for person in (staff, colleague, alice):
        before = rights_of(person)
        form = {"username": person.username, "email": "", "groups": [group("Admin").pk]}
        holder.post(page_of(person), form | ALL_ON)
        assert rights_of(person)[1:2] == before[1:2] == (False,)
        assert rights_of(person)[0] == before[0]
        assert "Admin" not in rights_of(person)[2]


@each("role", ["Sales agent", "Sales manager", "Admin"])
def test_a_group_above_oneself_cannot_be_given(holder, colleague, role):
    """The agent has more on accounts than any role, and less on leads than the higher ones."""
    form = {"username": "sita", "email": "", "is_active": "on", "groups": [group(role).pk]}
    answer = holder.post(page_of(colleague), form)
    is_given = role == "Sales agent"
    assert answer.status_code == (302 if is_given else 200)
    assert rights_of(colleague)[2] == {"Sales agent"}
    page = holder.get(page_of(colleague)).content.decode()
    assert ("Sales agent" in page, "Sales manager" in page) == (True, False)


def test_a_superuser_s_account_is_not_there_for_others(anil, holder, manager):
    password = manager.password
    new = {"password1": "my own horse", "password2": "my own horse", "usable_password": "true"}
    for browser in (anil, holder):
        assert browser.get(USERS, {"q": "mona"}).context["cl"].result_count == 0
        for path in (page_of(manager), page_of(manager, "history"), password_page_of(manager)):
            assert browser.get(path).status_code in (302, 403, 404), path
        browser.post(page_of(manager), {"username": "mona2", "email": "anil@evil.example"})
        browser.post(password_page_of(manager), new)
        assert browser.post(page_of(manager, "delete"), {"post": "yes"}).status_code in (302, 403)
        act(browser, "delete_selected", manager)
    found = User.objects.get(pk=manager.pk)
    assert (found.username, found.email, found.password) == ("mona", "", password)


def test_a_superuser_s_second_factor_stays_whoever_else_resets_it(anil, holder, manager):
    with_address(manager)
    door.enrol(manager)
    mail.outbox.clear()
    for browser in (anil, holder):
        for action in ("reset_second_factor", "invite"):
            act(browser, action, manager)
    assert AuthenticatorApp.objects.filter(user=manager).exists()
    assert RecoveryCode.objects.filter(user=manager).count() == 10
    assert mail.outbox == []


@pytest.mark.parametrize("is_active", [True, False])
def test_nobody_takes_over_an_equal(anil, is_active):
    """A second admin, deactivated or not, whom only superusers may change."""
    equal = User.objects.create_user("asha", password="correct horse", is_staff=True)
    equal.groups.add(group("Admin"))
    with_address(equal)
    User.objects.filter(pk=equal.pk).update(is_active=is_active)
    password = equal.password
    new = {"password1": "my own horse", "password2": "my own horse", "usable_password": "true"}
    form = {"username": "asha", "email": "anil@evil.example", "is_active": "on"}
    assert anil.post(page_of(equal), form).status_code == 403
    assert anil.post(password_page_of(equal), new).status_code == 403
    said = act(anil, "invite", equal).content.decode()
    assert "You may not do that to asha." in said
    found = User.objects.get(pk=equal.pk)
    assert (found.email, found.password) == ("asha@loopin.example", password)
    assert mail.outbox == []


def test_customers_are_not_there_for_admins(anil, alice):
    """Their numbers would be readable, and their accounts could be made staff's."""
    listed = anil.get(USERS, {"q": ALICE}).content.decode()
    assert ALICE not in listed.replace(f'value="{ALICE}"', "")
    assert anil.get(page_of(alice)).status_code == 302
    answer = anil.get(
        "/django/admin/autocomplete/",
        {"app_label": "accounts", "model_name": "session", "field_name": "user", "term": ALICE},
    )
    assert ALICE not in answer.content.decode()


def test_a_colleague_s_mailbox_is_not_exchanged_unnoticed(
    anil, staff, django_capture_on_commit_callbacks
):
    """Whoever then resets the second factor gets the invitation."""
    with_address(staff)
    User.objects.filter(pk=staff.pk).update(is_email_verified=True)
    form = {"username": "sam", "email": "anil@evil.example", "is_active": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        assert anil.post(page_of(staff), form).status_code == 302
    [message] = mail.outbox
    assert message.to == ["sam@loopin.example"]
    assert User.objects.get(pk=staff.pk).is_email_verified is False


def test_a_role_is_changed_by_superusers_alone(holder, browser_of, manager):
    agents = group("Sales agent")
    path = reverse("admin:auth_group_change", args=[agents.pk])
    every = list(Permission.objects.values_list("pk", flat=True))
    form = {"name": "Sales agent", "permissions": every}
    before = set(agents.permissions.all())
    assert holder.post(path, form).status_code == 403
    assert holder.post(reverse("admin:auth_group_add"), {"name": "x"}).status_code == 403
    holder.post(
        reverse("admin:auth_group_changelist"),
        {"action": "delete_selected", "_selected_action": [agents.pk], "post": "yes"},
    )
    assert set(group("Sales agent").permissions.all()) == before
    assert browser_of(manager).post(path, form).status_code == 302


def test_sessions_and_tokens_of_superusers_are_ended_by_superusers_alone(holder, manager):
    session_id = Session.objects.start(manager.pk)
    ApiToken.objects.create_token(manager.pk, name="x", scopes=["leads:read"], days=90)
    for model, row in (("session", session_id), ("apitoken", ApiToken.objects.get().pk)):
        path = reverse(f"admin:accounts_{model}_changelist")
        assert holder.get(path).status_code == 200
        holder.post(path, {"action": "revoke", "_selected_action": [str(row)]})
    assert Session.objects.live().filter(pk=session_id).exists()
    assert ApiToken.objects.live().exists()


def test_an_admin_resets_and_invites_an_agent(anil, sales_admin, staff, caplog):
    with_address(staff)
    lost, _ = door.enrol(staff)
    mail.outbox.clear()
    act(anil, "reset_second_factor", staff)
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert lost.get("/leads/").status_code == 302
    [message] = mail.outbox
    assert message.to == ["sam@loopin.example"]
    said = [str(entry.change_message) for entry in LogEntry.objects.filter(user=sales_admin)]
    assert any("Reset the second factor" in one for one in said)
    assert f"The second factor of user {staff.pk} was reset" in caplog.text
    kinds = SecurityEvent.objects.filter(user=staff).values_list("kind", flat=True)
    assert {"second_factor_reset", "staff_invited"} <= set(kinds)


def test_a_superuser_resets_another_s_second_factor_and_says_who_has_no_address(
    manager, browser_of
):
    other = User.objects.create_superuser("olga", password="correct horse")
    door.enrol(other)
    said = act(browser_of(manager), "reset_second_factor", other).content.decode()
    assert not AuthenticatorApp.objects.exists()
    assert "Olga is not invited: This person has no e-mail address." in said
    assert "Sent an invitation" not in str(LogEntry.objects.values_list("change_message"))


def test_a_superuser_still_gives_rights(manager, browser_of, staff):
    form = {"username": "sam", "email": "", "groups": [group("Admin").pk]}
    browser_of(manager).post(page_of(staff), form | ALL_ON)
    assert rights_of(staff)[:3] == (True, True, {"Admin"})


def test_invitations_to_one_person_or_address_have_a_limit(anil, staff, colleague):
    """Who may invite cannot fill a stranger's mailbox by way of several accounts."""
    for person in (staff, colleague):
        person.email = "victim@example.com"
        person.save()
    for number in range(limits.INVITATIONS_TO_MEMBER.cap + 2):
        said = act(anil, "invite", (staff, colleague)[number % 2]).content.decode()
    assert len(mail.outbox) == limits.INVITATIONS_TO_MEMBER.cap
    assert "You can try again tomorrow at" in said


def test_a_reset_by_the_person_s_own_flow_leaves_others_alone(staff, colleague):
    door.enrol(staff)
    door.enrol(colleague)
    flows.reset_second_factor(staff.pk)
    assert list(AuthenticatorApp.objects.values_list("user__username", flat=True)) == ["sita"]


@each("typed", ["sam@example.com\u202c", "sam@EXAMPLE.com"])
def test_the_admin_keeps_an_address_in_the_spelling_that_mail_servers_take(anil, staff, typed):
    anil.post(page_of(staff), {"username": "sam", "email": typed, "is_active": "on"})
    assert User.objects.get(pk=staff.pk).email == "sam@example.com"


@each("typed", ["k\u0131ran@example.com", "sam@b@example.com"])
def test_the_admin_takes_no_address_that_mail_cannot_reach(anil, staff, typed):
    form = {"username": "sam", "email": typed, "is_active": "on"}
    answer = anil.post(page_of(staff), form)
    assert "Enter a" in answer.content.decode()
    assert User.objects.get(pk=staff.pk).email == ""


@each("trouble", broken.TROUBLES)
def test_a_second_factor_is_reset_though_no_invitation_can_be_sent(
    staff, manager, browser_of, settings, trouble
):
    door.enrol(with_address(staff))
    settings.EMAIL_BACKEND, broken.Mail.trouble = broken.MAIL, trouble
    page = act(browser_of(manager), "reset_second_factor", staff)
    reset, not_invited = [str(message) for message in page.context["messages"]]
    assert reset == f"The second factor of {staff.username} is reset."
    assert not_invited.startswith(f"{staff.username} is not invited: We cannot send e-mail")
    assert not AuthenticatorApp.objects.filter(user=staff).exists()
