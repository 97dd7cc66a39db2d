"""What a device is called, and where it came from."""

from django.test import RequestFactory
from django.utils.translation import override

from accounts.sessions.user_agent import get_device, get_label, translate_label
from tests.each import each

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@each(
    "user_agent, label",
    [
        (f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome on Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36 EdgA/126.0",
            "Edge on Android",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 {CHROME} Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64) {CHROME} Safari/537.36", "Chrome on ChromeOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPad",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
            "Safari on Mac",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox on Linux",
        ),
        ("Loopin/2.1 (iPhone; iOS 17.5)", "Loopin app on iPhone"),
        ("Loopin/41 CFNetwork/1498.700.2 Darwin/23.6.0", "Loopin app on iOS"),
        ("Loopin/2.1 (Android 15; Pixel 8)", "Loopin app on Android"),
        ("okhttp/4.12.0", "App on Android"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32", "python-requests"),
        ("Mozilla/5.0", "Browser"),
        ("", "Unknown device"),
        ("<script>alert(1)</script>", "Unknown device"),
        ("x" * 5000, "x" * 30),
    ],
)
def test_devices_have_short_plain_names(user_agent, label):
    assert get_label(user_agent) == label


@each("remote, expected", [("::ffff:203.0.113.9", "203.0.113.9"), ("", None)])
def test_a_device_has_the_ip_it_signs_in_from(remote, expected):
    assert get_device(RequestFactory().get("/", REMOTE_ADDR=remote)).ip_address == expected


def test_a_device_is_called_by_what_it_says_of_itself():
    request = RequestFactory(headers={"User-Agent": "curl/8.5.0"}).get("/")
    assert get_device(request).label == "curl"
    assert get_device(RequestFactory().get("/")).label == "Unknown device"


@each(
    "label, english, hindi",
    [
        ("Chrome on Android", "Chrome on Android", "Android पर Chrome"),
        ("Browser on Windows", "Browser on Windows", "Windows पर ब्राउज़र"),
        ("curl", "curl", "curl"),
        ("Unknown device", "Unknown device", "अनजान डिवाइस"),
    ],
)
def test_a_device_is_shown_in_the_reader_s_language(label, english, hindi):
    assert translate_label(label) == english
    with override("hi"):
        assert translate_label(label) == hindi
