"""The container files fit the product and each other; they cannot be run where the tests run."""

import pytest
import yaml
from django.conf import settings

from loopin.background import worker
from loopin.serving import server
from tests.docs.markdown import ROOT, read

COMPOSE_FILES = {
    "a first try": read("docker-compose.yml"),
    "production": read("deploy/compose/compose.yaml"),
}


@pytest.fixture(params=COMPOSE_FILES)
def compose(request) -> dict:
    return yaml.safe_load(COMPOSE_FILES[request.param])


def test_the_image_gets_every_folder_that_the_site_is_made_of():
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    own = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    assert (
        own | {"static", "templates", "manage.py", "PHONE_AUTHENTICATION.md", "EMAIL_ACCOUNTS.md"}
        <= let_in
    )
    assert [name for name in let_in if not (ROOT / name).exists()] == []


def test_nothing_else_gets_into_the_image():
    assert read(".dockerignore").splitlines()[1] == "*"


def test_the_image_runs_in_production_by_a_user_without_rights():
    dockerfile = read("Dockerfile")
    assert "ENVIRONMENT=prod" in dockerfile
    assert "\nUSER 10001\n" in dockerfile


def test_the_database_is_on_a_volume_where_postgresql_18_wants_it(compose):
    database = compose["services"]["db"]
    assert "postgres:18" in database["image"]
    assert database["volumes"][0] == "database:/var/lib/postgresql"
    assert "database" in compose["volumes"]


def test_everything_waits_for_a_healthy_database(compose):
    waiting = {
        name: service["depends_on"]
        for name, service in compose["services"].items()
        if "db" in service.get("depends_on", {})
    }
    assert waiting
    assert all(needs["db"] == {"condition": "service_healthy"} for needs in waiting.values())
    assert "healthcheck" in compose["services"]["db"]


def test_the_worker_runs_once_and_beside_the_web_server(compose):
    services = compose["services"]
    assert services["worker"]["command"] == ["python", "manage.py", "work"]
    assert "--no-worker" in services["web"]["command"]
    assert services["worker"]["healthcheck"] == {"disable": True}
    grace = int(services["worker"]["stop_grace_period"].removesuffix("s"))
    assert grace >= 2 * worker.GRACE_SECONDS


def test_web_and_worker_keep_pictures_on_the_same_volume(compose):
    assert "pictures" in compose["volumes"]
    for name in ("web", "worker"):
        service = compose["services"][name]
        assert "pictures:/media" in service["volumes"]
        assert service["environment"]["MEDIA_ROOT"] == "/media"
    assert "--owner=10001 /media /backups" in read("Dockerfile")


def test_a_stopped_container_has_time_to_finish_its_requests(compose):
    grace = int(compose["services"]["web"]["stop_grace_period"].removesuffix("s"))
    assert grace > server.GRACE_SECONDS
    assert server.GRACE_SECONDS > settings.SMS_CONNECT_TIMEOUT + settings.SMS_READ_TIMEOUT
