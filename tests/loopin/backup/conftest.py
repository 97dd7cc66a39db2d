from hashlib import sha256
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Picture
from accounts.pictures import flows as pictures
from accounts.pictures.uploads import ReceivedFile
from tests.accounts.pictures import made


@pytest.fixture
def media(tmp_path, settings):
    """The folder of the pictures."""
    return use_media(settings, tmp_path / "media")


def use_media(settings, folder):
    folder.mkdir()
    settings.MEDIA_ROOT = str(folder)
    options = {"location": str(folder), "base_url": "/media/"}
    backend = "django.core.files.storage.FileSystemStorage"
    pictures_of = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "pictures": pictures_of}
    return folder


@pytest.fixture
def portrait(media, alice) -> Picture:
    """A picture of Alice's, with its two files."""
    content = made.jpeg()
    file = ReceivedFile("a.jpg", BytesIO(content), sha256(content).hexdigest())
    return pictures.upload(alice.pk, [file]).pictures[0]


@pytest.fixture
def back_up(tmp_path, media):
    """`back_up()`: the folder of a new backup."""

    def make(*words):
        call_command("backup", str(tmp_path / "backups"), *words)
        return sorted((tmp_path / "backups").glob("loopin-*"))[-1]

    return make


@pytest.fixture
def use_empty_database(transactional_db):
    """`use_empty_database()`: the connection is to a database in which there is nothing."""
    name = connection.settings_dict["NAME"]
    another = f"{name}_restored"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {another}")
        cursor.execute(f"CREATE DATABASE {another}")

    def use(database):
        connection.close()
        connection.settings_dict["NAME"] = database

    yield lambda: use(another)
    use(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {another} WITH (FORCE)")
