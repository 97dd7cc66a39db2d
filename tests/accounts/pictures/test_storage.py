"""Where pictures are kept, and what happens when it is full, dead, or the process is killed."""

import os
import random
import resource
import signal
import time
from contextlib import contextmanager
from datetime import timedelta

import boto3
import pytest
import requests
from django.db import connections
from django.utils import timezone
from moto.server import ThreadedMotoServer

from accounts.models import Picture, User
from accounts.pictures import decoding, gallery
from accounts.pictures import flows as pictures
from accounts.pictures.uploads import ReceivedFile
from loopin.config.environment import Environment
from loopin.config.picture_storage import picture_storage
from loopin.health.files import check_media
from loopin.health.findings import Finding
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import URL
from tests.cast import BOB
from tests.children import start_child
from tests.live import free_port

BUCKET = "loopin-pictures"
LOGIN = {"S3_REGION": "ap-south-1", "S3_ACCESS_KEY_ID": "k", "S3_SECRET_ACCESS_KEY": "s"}


@contextmanager
def full_disk(at_bytes: int):
    """The operating system refuses to let any file grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def age(hours=2):
    Picture.objects.update(created_at=timezone.now() - timedelta(hours=hours))


@pytest.mark.parametrize("at_bytes", [0, 500])
def test_a_full_disk_is_told_and_leaves_nothing(bob, send, folder, at_bytes):
    picture = made.jpeg((1600, 1600))
    with full_disk(at_bytes):
        response = send(bob, picture)
    assert response.status_code == 503
    assert response.json()["code"] == "storage_unavailable"
    assert response["Retry-After"] == "60"
    assert not list(folder.iterdir())
    assert not Picture.objects.exists()
    assert send(bob, picture).status_code == 201


def test_a_folder_that_cannot_be_created_is_an_error(bob, send, folder):
    folder.rmdir()
    folder.write_text("a file in its place")
    assert send(bob, made.jpeg()).status_code == 503


def test_what_was_stored_before_the_disk_was_full_stays(bob, send, folder):
    small = made.jpeg((64, 64))
    large = made.written(made.noise((1500, 1500)), "JPEG", quality=60)
    with full_disk(30_000):
        response = send(bob, small, large, small)
    data = response.json()["data"]
    assert response.status_code == 201
    assert len(data["pictures"]) == 1
    assert [(one["file"], one["code"]) for one in data["refused"]] == [
        (1, "storage_unavailable"),
        (2, "storage_unavailable"),
    ]
    assert len(list(folder.iterdir())) == 2


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_at_any_moment_leaves_nothing_for_ever(folder):
    """Every file has a row that knows it; an hour later, what was not finished is gone."""
    content = made.jpeg((2000, 1500))
    user_id = User.objects.get_or_create_verified(BOB).pk
    unfinished = 0
    for number in range(30):
        Picture.objects.filter(user_id=user_id).visible().discard()
        pictures.clear_left_over()
        be_killed_while_uploading(user_id, content, folder, at_first_file=number % 2 == 0)
        names = {file.name[:32] for file in folder.iterdir()}
        assert names <= set(Picture.objects.values_list("name", flat=True))
        unfinished += Picture.objects.filter(stored_at=None).count()
        Picture.objects.filter(stored_at=None).update(
            created_at=timezone.now() - timedelta(hours=2)
        )
        pictures.clear_left_over()
        assert len(list(folder.iterdir())) == 2 * len(gallery.list_pictures(user_id))
        assert not Picture.objects.filter(stored_at=None).exists()
    assert unfinished > 0, "no kill fell between the first file and the last"


def received(content: bytes) -> ReceivedFile:
    return ReceivedFile("me.jpg", made.file(content).file, made.hash_of(content))


def be_killed_while_uploading(user_id, content, folder, *, at_first_file: bool) -> None:
    connections.close_all()
    child = start_child(lambda: pictures.upload(user_id, [received(content)]))
    deadline = time.monotonic() + (10 if at_first_file else random.uniform(0, 0.3))
    while time.monotonic() < deadline:
        if at_first_file and any(folder.iterdir()):
            break
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    time.sleep(0.05)  # the database notices


@pytest.mark.django_db(transaction=True)
def test_a_killed_delete_is_finished_later(bob, send, folder):
    """Discarded and committed, and then the process dies before the files go."""
    send(bob, made.jpeg(), made.png())
    first, second = gallery.list_pictures(bob.pk)
    Picture.objects.filter(pk=first.pk).discard()
    assert [one.pk for one in gallery.list_pictures(bob.pk)] == [second.pk]
    assert len(list(folder.iterdir())) == 4
    pictures.clear_left_over()
    assert len(list(folder.iterdir())) == 2
    assert Picture.objects.get() == second


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_under_way_is_left_alone(bob, folder):
    encoded = decoding.encode(made.file(made.jpeg()).file)
    picture = pictures._reserve(bob.pk, encoded, made.hash_of(made.jpeg()))
    (folder / f"{picture.name}.webp").write_bytes(encoded.large)
    age(hours=0)
    pictures.clear_left_over()
    Picture.objects.filter(pk=picture.pk).discard()
    pictures.clear_left_over()
    assert list(folder.iterdir())
    age()
    pictures.clear_left_over()
    assert not list(folder.iterdir())


@pytest.fixture
def bucket(settings):
    """A server that speaks S3, and a bucket on it."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server._server.port}"
    requests.post(f"{url}/moto-api/reset", timeout=5)
    env = Environment(_env_file=None, S3_BUCKET=BUCKET, S3_ENDPOINT_URL=url, **LOGIN)
    settings.S3_BUCKET = BUCKET
    settings.STORAGES = {**settings.STORAGES, "pictures": picture_storage(env, "")}
    login = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
    s3 = boto3.resource("s3", endpoint_url=url, region_name="ap-south-1", **login)
    place = {"LocationConstraint": "ap-south-1"}
    made_bucket = s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    made_bucket.server = server
    yield made_bucket
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_pictures_live_in_a_bucket(bob, send, bucket, client, api, token_of, folder):
    [picture] = send(bob, made.jpeg()).json()["data"]["pictures"]
    name = picture["url"].rpartition("/")[2]
    kept = {one.key: one.Object() for one in bucket.objects.all()}
    assert kept.keys() == {name, name.replace(".webp", "-small.webp")}
    for one in kept.values():
        assert one.content_type == "image/webp"
        assert one.cache_control == "public, max-age=31536000, immutable"
    assert not list(folder.iterdir())
    response = client.get(f"/media/{name}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert made.opened(response.content).size == (320, 240)
    assert client.get("/media/" + "0" * 32 + ".webp").status_code == 404
    gone = api.request("DELETE", f"{URL}/{picture['id']}", token=token_of(bob))
    assert gone.status_code == 200
    assert not list(bucket.objects.all())
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_dead_bucket_is_told_and_leaves_nothing(bob, send, bucket, client, api, token_of):
    first = send(bob, made.jpeg()).json()["data"]["pictures"][0]
    token = token_of(bob)
    bucket.server.stop()
    begun = time.monotonic()
    response = send(bob, made.jpeg((99, 99)), made.png())
    assert (response.status_code, response.json()["code"]) == (503, "storage_unavailable")
    assert client.get(first["url"].removeprefix("https://loopin.example")).status_code == 503
    assert [one["id"] for one in api.get(URL, token=token).json()["data"]] == [first["id"]]
    assert time.monotonic() - begun < 15
    assert api.request("DELETE", f"{URL}/{first['id']}", token=token).status_code == 200
    assert api.get(URL, token=token).json()["data"] == []
    assert Picture.objects.kept().count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_bucket_kept_is_cleared_when_it_is_back(bob, send, bucket):
    send(bob, made.jpeg())
    port = bucket.server._server.port
    bucket.server.stop()
    Picture.objects.all().discard()
    pictures.clear_left_over()
    assert Picture.objects.count() == 1
    bucket.server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    bucket.server.start()
    pictures.clear_left_over()
    assert Picture.objects.count() == 0
    assert not list(bucket.objects.all())
    bucket.server.stop()


def test_a_bucket_that_does_not_answer_leaves_the_site_ready(bucket):
    assert check_media() == (Finding("media"),)
    bucket.delete()
    [gone] = check_media()
    bucket.server.stop()
    [silent] = check_media()
    assert {(one.code, one.is_failure) for one in (gone, silent)} == {("unavailable", False)}
    assert "127.0.0.1" not in gone.detail + silent.detail


def test_urls_of_pictures_may_begin_with_a_cdn(bob, send, settings, client, browser_of):
    settings.MEDIA_URL = "https://pictures.example.com/"
    [picture] = send(bob, made.jpeg()).json()["data"]["pictures"]
    assert picture["url"].startswith("https://pictures.example.com/")
    page = browser_of(bob).get("/profile/pictures/")
    assert f'src="{picture["thumbnail_url"]}"' in page.content.decode()
    assert client.get("/media/" + picture["url"].rpartition("/")[2]).status_code == 200
