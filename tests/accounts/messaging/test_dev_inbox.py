"""Development's inbox: what would have been sent, and nothing at all anywhere else."""

import os
import stat
import subprocess
import sys
import threading

import pytest
from django.test import Client

from accounts.messaging import delivery, dev_inbox, email
from accounts.messaging.channels import Channel
from accounts.phone.grouping import grouped
from tests.cast import ALICE, DAVE
from tests.messages import mail_code, send_code

IN_PRODUCTION = """
import django
django.setup()
from django.urls import Resolver404, resolve
from accounts.messaging import dev_inbox, email
dev_inbox.add_message("sms", "+919900112233", "1097 is your code", code="1097")
assert not dev_inbox.is_open() and dev_inbox.list_messages() == []
try:
    resolve("/dev/inbox/")
except Resolver404:
    print("no such address")
"""


@pytest.fixture
def opened(settings, tmp_path):
    settings.SMS_PROVIDER = "log_only"
    settings.INBOX_PATH = tmp_path / "var" / "inbox.jsonl"
    return settings.INBOX_PATH


@pytest.fixture
def page(db):
    return lambda query="", **extra: Client().get(f"/dev/inbox/{query}", **extra)


def test_a_code_shows_at_once(opened, page, sms):
    browser = Client()
    answer = browser.post("/signup/", {"phone_number": DAVE}, follow=True).content.decode()
    assert 'href="/dev/inbox/"' in answer
    [message] = dev_inbox.list_messages()
    shown = page().content.decode()
    assert grouped(DAVE) in shown
    assert "By SMS" in shown
    assert f'<strong class="code">{message.code}</strong>' in shown
    assert f'data-copy="{message.code}"' in shown
    assert "is your Loopin code" in shown
    assert browser.post("/verify/", {"otp_code": message.code})["Location"] == "/profile/"


def test_the_newest_is_first_whatever_its_channel(opened, page):
    send_code(DAVE, "1111")
    send_code(DAVE, "2222", channel=Channel.WHATSAPP)
    send_code(DAVE, "3333", channel=Channel.CALL)
    delivery.send_text(ALICE, "Go on here: https://loopin.example/r/x")
    assert [(m.channel, m.code) for m in dev_inbox.list_messages()] == [
        *(("sms", ""), ("call", "3333"), ("whatsapp", "2222"), ("sms", "1111")),
    ]
    shown = page().content.decode()
    assert "https://loopin.example/r/x" in shown
    assert "3, 3, 3, 3" in shown


def test_e_mail_shows_too_where_no_server_would_take_it(opened, page, settings, mailoutbox):
    mail_code("esha@example.com", "482913")
    [message] = dev_inbox.list_messages()
    assert (message.channel, message.code, message.subject) == (
        *("email", "482913", "Your Loopin code"),
    )
    shown = page().content.decode()
    assert "By e-mail" in shown
    assert '<strong class="code">482913</strong>' in shown
    settings.EMAIL_HOST = "smtp.example.com"
    email.send("esha@example.com", "Hello", "This one goes off.")
    assert len(dev_inbox.list_messages()) == 1
    assert len(mailoutbox) == 2


def test_an_empty_inbox_says_what_to_do(opened, page):
    assert "Ask for a code, and it shows here at once." in page().content.decode()


def test_the_page_asks_again_for_what_it_does_not_show_yet(opened, page):
    send_code(DAVE, "1111")
    shown = page().content.decode()
    again = shown.partition('hx-get="/dev/inbox/')[2].partition('"')[0]
    assert page(again, headers={"HX-Request": "true"}).status_code == 204
    send_code(DAVE, "2222")
    part = page(again, headers={"HX-Request": "true"}).content.decode()
    assert "2222" in part
    assert "<html" not in part


def test_the_text_of_a_message_is_escaped(opened, page):
    delivery.send_text(DAVE, "<script>alert(1)</script>")
    assert "<script>alert" not in page().content.decode()


def test_outside_of_test_mode_nothing_is_there(page, sms, settings):
    assert settings.INBOX_PATH is None
    send_code(DAVE, "1111")
    dev_inbox.add_message("sms", DAVE, "text")
    assert dev_inbox.list_messages() == []
    assert page().status_code == 404


def test_production_has_neither_the_address_nor_the_file():
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "loopin.settings",
        "ENV_FILE": "",
        "ENVIRONMENT": "prod",
        "DATABASE_URL": "postgresql://loopin@db.example/loopin",
        "SECRET_KEY": "s" * 50,
        "JWT_SECRET_KEY": "j" * 32,
        "MEDIA_ROOT": "/media",
    }
    result = subprocess.run(
        [sys.executable, "-c", IN_PRODUCTION],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.strip() == "no such address", result.stderr


def test_only_its_owner_reads_the_file(opened):
    dev_inbox.add_message("sms", DAVE, "text")
    assert stat.S_IMODE(opened.stat().st_mode) == 0o600


def test_the_file_stays_small(opened):
    for number in range(600):
        dev_inbox.add_message("sms", DAVE, f"{number} " + "x" * 1000)
    assert opened.stat().st_size <= dev_inbox.MAX_BYTES + 2000
    messages = dev_inbox.list_messages()
    assert len(messages) == dev_inbox.MAX_MESSAGES
    assert messages[0].text.startswith("599 ")


def test_processes_that_write_at_once_lose_nothing(opened):
    threads = [
        threading.Thread(target=dev_inbox.add_message, args=("sms", DAVE, f"{number}"))
        for number in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {message.text for message in dev_inbox.list_messages()} == {str(n) for n in range(40)}


def test_a_line_that_was_cut_off_hides_no_other(opened):
    dev_inbox.add_message("sms", DAVE, "first")
    with opened.open("a") as file:
        file.write('{"channel": "sms", "to\n')
    dev_inbox.add_message("email", "a@example.com", "second", subject="Hello")
    assert [message.text for message in dev_inbox.list_messages()] == ["second", "first"]


def test_a_full_disk_does_not_stop_a_message(opened, settings, sms, caplog):
    opened.parent.write_text("a file where the folder should be")
    send_code(DAVE, "1111")
    assert "Writing the development inbox failed: FileExistsError" in caplog.text
    assert dev_inbox.list_messages() == []
