"""Builds an overlay of `deploy/kubernetes/`, with as much of kustomize as it uses.

There is no package of kustomize itself where the tests run. A key that this does not know is an
error, so that nothing of an overlay is passed over.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Thing = dict[str, Any]
KNOWN = {
    *("apiVersion", "kind", "resources", "labels", "namespace", "images"),
    *("configMapGenerator", "secretGenerator"),
}
WITHOUT_NAMESPACE = ("Namespace",)


def build(folder: Path) -> list[Thing]:
    """The things that `kubectl apply -k FOLDER` would send; generated names have no hash."""
    overlay = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    assert overlay.keys() <= KNOWN, overlay.keys() - KNOWN
    things = [thing for name in overlay.get("resources", []) for thing in _read(folder / name)]
    things += [_config_map(wanted) for wanted in overlay.get("configMapGenerator", [])]
    things += [_secret(folder, wanted) for wanted in overlay.get("secretGenerator", [])]
    for thing in things:
        for label in overlay.get("labels", []):
            _label(thing, label["pairs"])
        if "namespace" in overlay and thing["kind"] not in WITHOUT_NAMESPACE:
            thing["metadata"]["namespace"] = overlay["namespace"]
        for image in overlay.get("images", []):
            _name_image(thing, image)
    return things


def _read(path: Path) -> list[Thing]:
    if path.is_dir():
        return build(path)
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def _config_map(wanted: Thing) -> Thing:
    data = dict(line.split("=", 1) for line in wanted["literals"])
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": wanted["name"]},
        "data": data,
    }


def _secret(folder: Path, wanted: Thing) -> Thing:
    paths = [folder / name for name in wanted["files"]]
    data = {path.name: base64.b64encode(path.read_bytes()).decode() for path in paths}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": wanted["name"]},
        "type": "Opaque",
        "data": data,
    }


def _label(thing: Thing, pairs: dict[str, str]) -> None:
    """As `includeSelectors: true` asks: the thing, its pods, and what chooses them."""
    for holder in ("labels", "matchLabels", "selector"):
        for place in places(thing, holder):
            if holder != "selector" or "matchLabels" not in place:
                place.update(pairs)
    thing["metadata"].setdefault("labels", {}).update(pairs)


def places(tree: Any, key: str) -> Iterator[Any]:
    """Every value of a key, however deep, but for what chooses namespaces."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key and isinstance(value, dict):
                yield value
            if name != "namespaceSelector":
                yield from places(value, key)
    elif isinstance(tree, list):
        for item in tree:
            yield from places(item, key)


def containers(things: list[Thing]) -> dict[str, Thing]:
    """Each container, by its name, with the pod that it is in as `pod`."""
    pods = [
        pod["spec"] for thing in things for pod in places({"t": thing}, "template") if "spec" in pod
    ]
    return {one["name"]: one | {"pod": pod} for pod in pods for one in pod.get("containers", [])}


def _name_image(thing: Thing, image: Thing) -> None:
    for container in containers([thing]).values():
        for own in container["pod"]["containers"]:
            if own["image"] == image["name"]:
                own["image"] = f"{image['newName']}:{image['newTag']}"
