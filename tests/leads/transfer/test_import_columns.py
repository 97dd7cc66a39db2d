"""The columns of a file are guessed, shown with their first cells, and chosen by a person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import limits
from leads.models import ImportBatch, ImportMatching, ImportPiece, ImportRow, Lead
from tests.cast import ALICE, BOB, CAROL
from tests.leads.transfer.steps import URL, act, bring_in, check, choose, send, text_of, upload

FILE = f"Mobile,Full Name,City\n{CAROL},Carol Sen,Pune\n{BOB},Bob Rao,Goa\n"


def columns_page(browser, batch):
    return browser.get(f"/leads/imports/{batch.pk}/columns/").content.decode()


def test_the_columns_are_shown_as_guessed_with_their_first_cells(office):
    batch = upload(office, FILE + f"{ALICE},A,Delhi\n" * 6)
    page = columns_page(office, batch)
    assert batch.fields == ["phone", "name", "keep_as_note"]
    assert page.count("<select") == 4
    assert '<option value="name" selected>' in page
    assert page.count("Delhi") == 3, "five rows"
    assert "What are the columns?" in text_of_redirect(office, batch)


def text_of_redirect(browser, batch):
    return browser.get(f"/leads/imports/{batch.pk}/", follow=True).content.decode()


def test_a_person_corrects_the_columns(office):
    batch = check(office, FILE, column_1="ignore", column_2="name")
    act(office, batch, "confirm")
    assert set(Lead.objects.values_list("name", flat=True)) == {"Pune", "Goa"}


def test_an_unknown_column_is_kept_in_the_note_with_its_name(office):
    bring_in(office, FILE)
    assert Lead.objects.get(phone_number=CAROL).notes.get().text == "City: Pune"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"column_0": "ignore"}, "Choose the column that has the phone numbers."),
        ({"column_2": "name"}, "Two columns are “Name”. Choose one of them."),
        ({"column_2": "salary"}, "Choose from the list."),
        ({"region": "XX"}, "Choose from the list."),
    ],
)
def test_columns_that_make_no_sense_are_refused(office, chosen, words):
    batch = upload(office, FILE)
    response = choose(office, batch, **chosen)
    assert response.status_code == 422
    assert words in response.content.decode()
    batch.refresh_from_db()
    assert batch.state == "matching"


def test_the_team_remembers_the_columns_of_such_files(office, sales_admin, browser_of):
    bring_in(office, FILE, column_2="note")
    other = browser_of(sales_admin)
    assert upload(other, "MOBILE,full name,city\n" + f"{ALICE},A,B\n").fields[2] == "note"
    assert upload(other, f"Mobile,Full Name,Town\n{ALICE},A,B\n").fields[2] == "keep_as_note"


def test_columns_are_remembered_only_if_wanted(office):
    batch = upload(office, FILE)
    data = {"column_0": "phone", "column_1": "name", "column_2": "note", "region": "IN"}
    office.post(f"/leads/imports/{batch.pk}/columns/", data)
    assert not ImportMatching.objects.exists()


def test_columns_without_names_are_not_remembered(office):
    """All such files have in common is how wide they are."""
    bring_in(office, f"{CAROL},Carol Sen\n{BOB},Bob Rao\n")
    assert Lead.objects.count() == 2
    assert not ImportMatching.objects.exists()


def test_remembered_columns_are_forgotten_after_a_year_without_use(office):
    bring_in(office, FILE)
    assert not ImportMatching.objects.long_unused().exists()
    ImportMatching.objects.update(used_at=timezone.now() - timedelta(days=366))
    assert ImportMatching.objects.long_unused().count() == 1


def test_national_numbers_get_the_country_that_was_chosen(office, settings):
    settings.SMS_ALLOWED_COUNTRIES = {"IN", "GB"}
    check(office, "phone\n07400 123456\n", region="GB")
    assert ImportRow.objects.get().phone_number == "+447400123456"


def test_a_file_of_which_nothing_is_chosen_can_be_cancelled(office):
    batch = upload(office, FILE)
    assert act(office, batch, "cancel").status_code == 302
    assert batch.state == "cancelled"
    assert not ImportPiece.objects.exists()
    assert batch.sample == []
    assert "The import was cancelled" in text_of(office, batch)


def test_columns_are_chosen_once(office):
    batch = check(office, FILE)
    response = office.post(f"/leads/imports/{batch.pk}/columns/", {"region": "IN"})
    assert (response.status_code, response["Location"]) == (302, f"/leads/imports/{batch.pk}/")


def test_a_file_waits_for_its_columns_for_an_hour(office):
    batch = upload(office, FILE)
    ImportBatch.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    response = choose(office, batch)
    assert response.status_code == 410
    assert "waited for more than an hour" in response.content.decode()


def test_somebody_with_five_open_imports_finishes_one_first(office):
    batches = [upload(office, FILE) for _ in range(5)]
    response = send(office, FILE)
    assert response.status_code == 409
    assert "finish or cancel one first" in response.content.decode()
    act(office, batches[0], "cancel")
    assert send(office, FILE).status_code == 302


def test_a_manager_checks_only_so_many_files_in_a_day(office):
    for _ in range(limits.PREVIEWS_TODAY.cap):
        act(office, check(office, FILE), "cancel")
    response = choose(office, batch := upload(office, FILE))
    assert response.status_code == 429
    assert "go on tomorrow" in response.content.decode()
    batch.refresh_from_db()
    assert batch.state == "matching"


def test_the_list_of_imports_names_those_of_others_without_a_link(office, sales_admin, browser_of):
    batch = bring_in(office, FILE)
    act(office, upload(office, FILE), "cancel")
    mine = office.get(URL).content.decode()
    assert mine.count("list.csv") == 1
    assert f'href="/leads/imports/{batch.pk}/"' in mine
    theirs = browser_of(sales_admin).get(URL).content.decode()
    assert "list.csv" in theirs
    assert "2 new, 0 completed" in theirs
    assert f'href="/leads/imports/{batch.pk}/"' not in theirs
