"""Whatever is uploaded, a clear answer comes back, and nothing is left of what is refused."""

import io
import zipfile

import pytest
from django.conf import settings as django_settings

from leads.models import ImportBatch, ImportPiece
from leads.models.import_piece import PIECE_BYTES
from leads.transfer.importing import uploads
from leads.transfer.importing.stored_file import StoredFile
from loopin.web import file_uploads
from tests.cast import CAROL
from tests.leads.transfer.steps import URL, check, send, upload

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"phone,name\n", "no row below"),
        (b"name,email\nAsha,a@example.com\n", "phone"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(office, content, words):
    response = send(office, content)
    assert response.status_code == 422
    assert words.lower() in response.content.decode().lower()
    assert not ImportBatch.objects.exists()
    assert not ImportPiece.objects.exists()


def test_a_form_without_a_file_says_so(office):
    response = office.post(URL, {})
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_a_file_above_the_limit_is_refused_alone(office, settings):
    settings.IMPORT_MAX_MB = 1
    response = send(office, b"phone\n" + b"9" * MIB)
    assert response.status_code == 413
    assert "Send at most 1 MB" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_body_above_the_limit_is_refused_before_it_is_read(office):
    """Two gigabytes, of which nothing has to arrive."""
    response = office.post(
        URL, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 1024 * MIB)
    )
    assert response.status_code == 413
    assert f"at most {django_settings.IMPORT_MAX_MB + 1} MiB" in response.content.decode()


def test_only_those_who_may_import_have_the_larger_limit(staff, browser_of, office, rf):
    assert send(browser_of(staff), b"phone\n" + b"9" * 2 * MIB).status_code == 413
    assert send(browser_of(), b"phone\n" + b"9" * 2 * MIB).status_code == 413
    assert send(office, b"phone\n" + b"x" * 2 * MIB).status_code == 422


def test_an_upload_that_breaks_off_leaves_nothing(office):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
        + b"phone\n"
        + f"{CAROL}\n".encode() * 1000
    )
    response = office.post(URL, body, content_type="multipart/form-data; boundary=x")
    assert response.status_code in (400, 422)
    assert not ImportBatch.objects.exists()


def test_a_second_file_and_other_fields_are_dropped():
    handler = uploads.ImportFileHandler()
    handler.new_file("file", "a.csv", "text/csv", None)
    with pytest.raises(uploads.SkipFile):
        handler.new_file("file", "b.csv", "text/csv", None)
    with pytest.raises(uploads.SkipFile):
        uploads.ImportFileHandler().new_file("other", "a.csv", "text/csv", None)


def test_a_full_disk_is_told(office, tmp_path, monkeypatch):
    """/dev/full takes nothing, as a full disk does."""
    monkeypatch.setattr(
        file_uploads.tempfile,
        "SpooledTemporaryFile",
        lambda *size: open("/dev/full", "w+b", buffering=0),  # noqa: SIM115
    )
    response = send(office, b"phone\n" + f"{CAROL}\n".encode() * 10)
    assert response.status_code == 503
    assert "could not be stored just now" in response.content.decode()


def test_the_stored_file_is_the_one_that_was_sent(office):
    content = b"phone\n" + b"".join(f"+9198{n:08d}\n".encode() for n in range(180_000))
    batch = upload(office, content)
    assert batch.size == len(content) > 2 * PIECE_BYTES
    assert batch.pieces.count() == 3
    file = io.BufferedReader(StoredFile(batch))
    assert file.read() == content
    file.seek(PIECE_BYTES - 3)
    assert file.read(6) == content[PIECE_BYTES - 3 : PIECE_BYTES + 3]
    file.seek(-5, io.SEEK_END)
    assert file.read() == content[-5:]
    assert file.tell() == len(content)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A megabyte that unpacks to a gigabyte. It is packed before a transaction is open, which would
    not wait for it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(1024):
                sheet.write(b" " * MIB)
    return packed.getvalue()


def test_a_bomb_in_a_spreadsheet_is_refused(bomb, office):
    response = send(office, bomb, name="list.xlsx")
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


def test_a_long_file_name_is_cut_at_its_start(office):
    batch = check(office, f"phone\n{CAROL}\n", name="x" * 200 + ".csv")
    assert len(batch.file_name) == 100
    assert batch.file_name.endswith(".csv")
