"""Asks for the metrics of a server as Prometheus does."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Scrape:
    """What was answered."""

    text: str

    def sum(self, name: str, **labels: str) -> float:
        """The sum of the samples that have these labels, among others; 0 for none."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
            if sample.name == name and sample.labels.items() >= labels.items()
        )

    @property
    def names(self) -> set[str]:
        return {family.name for family in text_string_to_metric_families(self.text)}


def scrape(port: int, token: str = "") -> Scrape:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as response:
        return Scrape(response.read().decode())


def status_of(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def call(url: str, body: dict | None = None, token: str = "", **headers: str) -> tuple[int, dict]:
    """Status and JSON of an operation of the API; POST if there is a body."""
    data = None if body is None else json.dumps(body).encode()
    headers |= {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
