"""What `make run` says of the addresses at which it can be found."""

from loopin.management.commands.develop import Command
from tests.each import each


def said(capsys, host):
    Command()._print_addresses(host, 9000)
    return capsys.readouterr().out


@each(
    "host, site, phone",
    [
        ("127.0.0.1", "http://localhost:9000", "start with HOST=0.0.0.0"),
        ("::1", "http://localhost:9000", "start with HOST=0.0.0.0"),
        ("192.168.1.20", "http://192.168.1.20:9000", "http://192.168.1.20:9000/"),
        ("fd00::20", "http://[fd00::20]:9000", "http://[fd00::20]:9000/"),
    ],
)
def test_it_names_the_addresses_of_host_and_port(capsys, settings, host, site, phone):
    settings.SITE_URL_FOLLOWS_REQUESTS = True
    text = said(capsys, host)
    assert f"  {site}/leads/ " in text
    assert f"On a phone here: {phone}\n" in text
    assert "In Android's emulator: http://10.0.2.2:9000/\n" in text
    assert "8000" not in text


def test_it_says_what_stands_in_the_way_of_a_phone(capsys, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["localhost"], "https://loopin.example"
    text = said(capsys, "192.168.1.20")
    assert "ALLOWED_HOSTS is set, and lacks 10.0.2.2 and 192.168.1.20.\n" in text
    assert "SITE_URL is set: links and pictures are at https://loopin.example\n" in text
    settings.ALLOWED_HOSTS, settings.SITE_URL_FOLLOWS_REQUESTS = ["*"], True
    assert "is set" not in said(capsys, "192.168.1.20")
