"""Requests are answered in their language, and in no other's."""

import threading

from django.test import Client
from django.utils import translation

from accounts.models import Session
from accounts.phone.grouping import grouped
from interests.models import EventInterest
from tests.cast import BOB, DAVE

SIGNUP = "/api/auth/signup"
INTERESTS = "/api/auth/event-interests"
HINDI = {"Accept-Language": "hi"}

CODE_SENT = {
    "en": "OTP sent successfully to your phone number",
    "hi": "आपके फ़ोन नंबर पर OTP भेज दिया गया है",
}
NO_JSON = {
    "en": "The request body is not valid JSON.",
    "hi": "अनुरोध की बॉडी सही JSON नहीं है।",
}


PREFERRED = {
    "": "en",
    "en": "en",
    "en-IN,en;q=0.9,hi;q=0.8": "en",
    "hi": "hi",
    "HI-in": "hi",
    "hi-IN,hi;q=0.9,en-IN;q=0.8": "hi",
    "fr": "en",
    "fr, hi;q=0.5, en;q=0.4": "hi",
    "en;q=0.4, hi;q=0.5": "hi",
    "hi;q=0, fr": "en",
    "*": "en",
    "fr, *;q=0.5": "en",
    "hindi": "en",
    "hi" * 20_000: "en",
    ";;;q=x,": "en",
    "../../etc/passwd": "en",
}


def test_the_api_answers_in_the_preferred_language(api):
    for header, language in PREFERRED.items():
        headers = {"Accept-Language": header} if header else {}
        response = api.post(SIGNUP, "{", content_type="application/json", headers=headers)
        assert response.json()["message"] == NO_JSON[language], header
        assert response.json()["code"] == "invalid_json"
        assert response["Content-Language"] == language
        assert "Accept-Language" in response["Vary"].split(", ")
        assert "Cookie" not in response["Vary"]


def test_success_is_told_in_the_preferred_language(api, sms, db):
    assert api.post(SIGNUP, {"phone_number": DAVE}).json()["message"] == CODE_SENT["en"]
    answer = api.post(SIGNUP, {"phone_number": BOB}, headers=HINDI).json()
    assert answer["message"] == CODE_SENT["hi"]


def test_every_field_is_explained_in_hindi(api, bob, token_of):
    body = {"name": "A", "birth_date": "2020-01-01", "event_interests": "x", "gender": 1}
    answer = api.post("/api/auth/complete-profile", body, token=token_of(bob), headers=HINDI).json()
    found = {error["field"]: (error["code"], error["message"]) for error in answer["errors"]}
    assert answer["message"] == "कृपया भरी हुई जानकारी जाँचें और फिर कोशिश करें।"
    assert found == {
        "name": ("too_short", "3 से 100 अक्षरों का नाम डालें।"),
        "birth_date": ("under_age", "आपकी उम्र कम से कम 18 साल होनी चाहिए।"),
        "event_interests": ("invalid_type", "यह एक सूची होनी चाहिए।"),
        "gender": ("invalid_type", "यह टेक्स्ट (string) होना चाहिए।"),
        "profile_pictures": ("required", "इसे भरना ज़रूरी है।"),
    }


def test_times_to_wait_are_in_hindi_too(api, sms, db):
    api.post(SIGNUP, {"phone_number": DAVE})
    answer = api.post(SIGNUP, {"phone_number": DAVE}, headers=HINDI).json()
    assert "30 सेकंड बाद" in answer["message"]
    assert answer["code"] == "resend_too_soon"


def test_answers_of_the_framework_are_in_hindi(api):
    unknown = api.get("/api/nowhere", headers=HINDI).json()["message"]
    assert unknown == "इस पते पर कुछ नहीं है।"
    refused = api.get("/api/auth/login", headers=HINDI).json()["message"]
    assert refused == "यह पता इस मेथड को नहीं मानता। Allow हेडर में वे मेथड हैं जो चलते हैं।"


def test_documents_for_developers_stay_english(api, db):
    plain = api.get("/api/openapi.json")
    asked = api.get("/api/openapi.json", headers=HINDI)
    assert asked.content == plain.content
    assert asked["Content-Language"] == "en"
    guide = api.get("/PHONE_AUTHENTICATION.md", headers=HINDI)
    assert guide["Content-Language"] == "en"


def test_the_description_is_english_though_a_hindi_request_made_it():
    from accounts.errors import CodeExpired
    from loopin.web.openapi import _failures

    with translation.override("hi"):
        answers = _failures([CodeExpired])[400]["content"]["application/json"]["examples"]
        assert answers["otp_expired"]["value"]["message"] == "OTP has expired"


def test_a_page_is_in_the_language_that_the_browser_prefers(client):
    response = client.get("/django/admin/login/", headers={"Accept-Language": "hi-IN,hi;q=0.9"})
    assert '<html lang="hi">' in response.text
    assert "स्टाफ़ लॉग इन" in response.text
    assert response["Content-Language"] == "hi"
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_a_chosen_language_counts_more_than_the_browser_s(client):
    client.cookies["django_language"] = "en"
    assert "Staff sign-in" in client.get("/django/admin/login/", headers=HINDI).text


def test_a_language_that_is_not_ours_counts_for_nothing(client):
    for chosen in ("fr", "", "../hi", "HI"):
        client.cookies["django_language"] = chosen
        assert "Staff sign-in" in client.get("/django/admin/login/").text


def test_the_api_does_not_look_at_the_cookie(api):
    api.client.cookies["django_language"] = "hi"
    assert api.get("/api/nowhere").json()["message"] == "There is nothing at this address."


def test_choosing_a_language_keeps_it_for_a_year_and_leads_back(client):
    came_from = {"Referer": "http://testserver/login/"}
    response = client.post("/language/", {"language": "hi"}, headers=came_from)
    cookie = response.cookies["django_language"]
    assert (response.status_code, response["Location"]) == (302, "http://testserver/login/")
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("hi", 31_536_000, "Lax")
    assert '<html lang="hi">' in client.get("/login/").text


def test_choosing_a_language_never_leads_to_another_site(client):
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:1"):
        data = {"language": "hi", "next": elsewhere}
        response = client.post("/language/", data, headers={"Referer": elsewhere})
        assert response["Location"] == "/"


def test_choosing_a_language_needs_the_page_s_own_form():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/language/", {"language": "hi"}).status_code == 403


def test_changing_language_keeps_the_number_that_waits_for_its_code(client, sms, db):
    client.post("/login/", {"phone_number": BOB})
    came_from = {"Referer": "http://testserver/verify/"}
    back = client.post("/language/", {"language": "hi"}, headers=came_from, follow=True)
    assert back.request["PATH_INFO"] == "/verify/"
    assert grouped(BOB) in back.text


def test_one_request_says_nothing_to_the_next(api, sms, db):
    api.get("/api/nowhere", headers=HINDI)
    assert translation.get_language() == "en"
    assert api.get("/api/nowhere").json()["message"] == "There is nothing at this address."


def test_requests_at_once_do_not_mix_their_languages(api):
    mixed: list[tuple[str, str]] = []
    together = threading.Barrier(4)

    def ask(language: str) -> None:
        together.wait()
        for _ in range(50):
            answer = api.post(
                SIGNUP,
                "{",
                content_type="application/json",
                headers={"Accept-Language": language},
            )
            if answer.json()["message"] != NO_JSON[language]:
                mixed.append((language, answer.json()["message"]))

    threads = [threading.Thread(target=ask, args=[language]) for language in ["en", "hi"] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []


def test_interests_have_names_in_hindi_and_another_etag(api, db):
    english, hindi = api.get(INTERESTS), api.get(INTERESTS, headers=HINDI)
    names = {interest["id"]: interest["name"] for interest in hindi.json()["data"]}
    assert names[1] == "संगीत और कॉन्सर्ट"
    assert hindi["ETag"] != english["ETag"]
    asked = HINDI | {"If-None-Match": english["ETag"]}
    assert api.get(INTERESTS, headers=asked).status_code == 200
    asked = HINDI | {"If-None-Match": hindi["ETag"]}
    assert api.get(INTERESTS, headers=asked).status_code == 304
    assert "Accept-Language" in hindi["Vary"].split(", ")


def test_an_interest_of_the_admin_shows_as_it_was_typed(api, db):
    EventInterest.objects.filter(pk=1).update(name="Male", description="OTP has expired")
    shown = api.get(INTERESTS, headers=HINDI).json()["data"]
    assert [i["description"] for i in shown if i["name"] == "Male"] == ["OTP has expired"]


def test_every_interest_of_the_database_is_translated(api, db):
    english, hindi = (
        {i["id"]: i for i in api.get(INTERESTS, headers={"Accept-Language": code}).json()["data"]}
        for code in ("en", "hi")
    )
    for pk, interest in english.items():
        assert hindi[pk]["name"] != interest["name"]
        assert hindi[pk]["description"] != interest["description"]


def test_a_profile_names_its_interests_in_the_reader_s_language(api, alice, token_of):
    token = token_of(alice)
    english = api.get("/api/auth/profile", token=token).json()
    hindi = api.get("/api/auth/profile", token=token, headers=HINDI).json()
    assert english.keys() == hindi.keys()
    assert english["event_interests"][0]["name"] != hindi["event_interests"][0]["name"]
    assert english["gender"] == hindi["gender"]  # a value, not a word


def test_devices_are_named_and_dated_in_hindi(alice, browser_of):
    browser = browser_of(alice)
    Session.objects.start(alice.pk, device="Chrome on Android")
    Session.objects.start(alice.pk, device="Browser on Windows")
    Session.objects.start(alice.pk, device="curl")
    page = browser.get("/profile/devices/", headers=HINDI).text
    for name in ("Android पर Chrome", "Windows पर ब्राउज़र", "<h2>curl</h2>"):
        assert name in page
    assert "Chrome on Android" in browser.get("/profile/devices/").text
