"""The kit for Kubernetes: each thing against the schemas of Kubernetes, and its commands as they
are given. There is no cluster where the tests run."""

import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import requests
from django.urls import resolve

from loopin.config.environment import Environment
from loopin.config.secret_files import SUFFIX, is_secret
from loopin.serving.server import GRACE_SECONDS
from tests import twilio
from tests.cast import CAROL, PROFILE
from tests.deploy import debian, kustomize
from tests.deploy.deployed import HOST, Process
from tests.each import each

pytestmark = pytest.mark.xdist_group("deploy")

KIT = debian.ROOT / "deploy" / "kubernetes"
VERSION = kubernetes_validate.latest_version()


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A copy of the kit with the files of its secrets."""
    folder = tmp_path_factory.mktemp("kubernetes") / "kit"
    shutil.copytree(KIT, folder, ignore=shutil.ignore_patterns("secrets"))
    command = [folder / "example" / "make-secrets.sh"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "database_url" in said
    return folder


@pytest.fixture(scope="module")
def things(kit):
    return kustomize.build(kit / "example")


@pytest.fixture(scope="module")
def containers(things):
    return kustomize.containers(things)


def of(things, kind, name=""):
    return [t for t in things if t["kind"] == kind and name in ("", t["metadata"]["name"])]


def test_everything_is_as_the_schemas_of_kubernetes_say(things):
    for thing in things:
        kubernetes_validate.validate(thing, VERSION, strict=True)
    names = [(thing["kind"], thing["metadata"]["name"]) for thing in things]
    assert len(set(names)) == len(names)
    assert {kind for kind, _ in names} >= {
        *("Deployment", "Job", "CronJob", "Service", "Ingress", "ConfigMap", "Secret"),
        *("PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy", "ServiceAccount"),
    }


def test_a_mistake_would_be_found(things):
    [web] = of(things, "Service")
    wrong = web | {"spec": web["spec"] | {"prots": []}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


@each("name", ["web", "worker", "migrate", "purge", "backup"])
def test_each_pod_keeps_to_the_restricted_standard(containers, name):
    container = containers[name]
    pod = container["pod"]["securityContext"]
    assert (pod["runAsNonRoot"], pod["runAsUser"]) == (True, 10001)
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["pod"]["automountServiceAccountToken"] is False
    assert {"requests", "limits"} <= container["resources"].keys()
    assert container["image"].startswith("registry.example/")


def test_the_probes_ask_what_there_is(containers):
    web = containers["web"]
    paths = {name: web[name]["httpGet"]["path"] for name in web if name.endswith("Probe")}
    assert paths == {
        "startupProbe": "/api/health/live",
        "livenessProbe": "/api/health/live",
        "readinessProbe": "/api/health/ready",
    }
    assert all(resolve(path) for path in paths.values())


def test_a_pod_has_time_to_finish_its_requests(containers):
    web = containers["web"]
    pause = int(web["lifecycle"]["preStop"]["exec"]["command"][1])
    assert web["pod"]["terminationGracePeriodSeconds"] > GRACE_SECONDS + pause


def test_whatever_is_chosen_is_there(things):
    pods = [
        place["metadata"]["labels"]
        for t in things
        for place in kustomize.places(t, "template")
        if "metadata" in place and "labels" in place["metadata"]
    ]
    chosen = [c for t in things for c in kustomize.places(t, "matchLabels")]
    chosen += [service["spec"]["selector"] for service in of(things, "Service")]
    own = [c for c in chosen if any(key.startswith("app.") for key in c)]
    assert own
    assert [c for c in own if not any(c.items() <= pod.items() for pod in pods)] == []
    for scaler in of(things, "HorizontalPodAutoscaler"):
        assert of(things, "Deployment", scaler["spec"]["scaleTargetRef"]["name"])


def test_settings_are_variables_and_secrets_are_files_that_are_mounted(things, containers):
    [settings] = [one["data"] for one in of(things, "ConfigMap")]
    [secret] = [one["data"] for one in of(things, "Secret", "loopin")]
    fields = Environment.model_fields
    for name, value in settings.items():
        field = fields.get(name.removesuffix(SUFFIX))
        assert name == "ENV_FILE" or field is not None, name
        if field is not None and is_secret(field):
            assert name.endswith(SUFFIX)
            assert Path(value).parent == Path("/run/secrets/loopin")
            assert Path(value).name in secret
    for container in containers.values():
        [mount] = [one for one in container["volumeMounts"] if one["name"] == "secrets"]
        assert (mount["mountPath"], mount["readOnly"]) == ("/run/secrets/loopin", True)
    knowing = [n for n, c in containers.items() if "loopin-owner" in str(c["pod"]["volumes"])]
    assert knowing == ["migrate"]


def test_each_command_runs_with_the_settings_that_it_is_given(
    kit, things, containers, release, deployed
):
    secrets = kit / "example" / "secrets"
    (secrets / "database_url").write_text(deployed.address(deployed.runtime))
    (secrets / "migration_database_url").write_text(deployed.address(deployed.owner))
    (secrets / "twilio_auth_token").write_text(twilio.AUTH_TOKEN)
    (secrets / "s3_secret_access_key").write_text("secret")
    [settings] = [one["data"] for one in of(things, "ConfigMap")]
    here = {n: v.replace("/run/secrets/loopin", str(secrets)) for n, v in settings.items()}
    here |= {"ENVIRONMENT": "prod", "TWILIO_MESSAGING_SERVICE_SID": twilio.SERVICE}
    here = {n: v.replace("loopin.example", HOST) for n, v in here.items()}
    # No bucket is here: a folder takes its place.
    here |= {"S3_BUCKET": "", "MEDIA_ROOT": str(deployed.folder)}
    deployed.deploy(release, **here)
    [[owner]] = [containers["migrate"]["env"]]
    path = owner["value"].replace("/run/secrets/owner", str(secrets))
    for name, more in (("migrate", {owner["name"]: path}), ("purge", {})):
        done = deployed.manage(*Process(tuple(containers[name]["command"])).manage_words, **more)
        assert done.returncode == 0, done.stderr
    deployed.serve(*Process(tuple(containers["web"]["command"])).manage_words)
    deployed.start(*Process(tuple(containers["worker"]["command"])).manage_words)
    deployed.sign_up(CAROL, PROFILE)
    for probe in ("livenessProbe", "readinessProbe"):  # kubelet asks the pod's own address
        path = containers["web"][probe]["httpGet"]["path"]
        answer = requests.get(f"{deployed.live.url}{path}", headers={"Host": "10.1.2.3"}, timeout=9)
        assert answer.status_code == 200, answer.text
