"""A server of its own that hands messages to a provider of its own."""

import json
import os
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from tests import twilio
from tests.live import LiveSite
from tests.twilio import Provider
from tests.waiting import eventually

ENVIRONMENT = {
    "WORKERS": "1",
    "TWILIO_TEST_MODE": "false",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN,
    "TWILIO_MESSAGING_SERVICE_SID": twilio.SERVICE,
    "SMS_PER_IP": "100000",
    "SMS_PER_PREFIX": "100000",
    "SMS_PREFIX_VERIFIED_PERCENT": "0",
    "PROOF_OF_WORK": "off",
    "PHONE_VALIDATION": "e164",
}


@dataclass
class SendingSite:
    process: subprocess.Popen
    site: LiveSite
    provider: Provider
    answers: list[tuple[int, dict]] = field(default_factory=list)

    def ask(self, phone_number: str, **headers: str) -> tuple[int, dict]:
        """The status and the body of the answer to somebody who signs up."""
        request = urllib.request.Request(
            f"{self.site.url}/api/auth/signup",
            json.dumps({"phone_number": phone_number}).encode(),
            {"Content-Type": "application/json", **headers},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def ask_beside(self, phone_number: str, **headers: str) -> threading.Thread:
        """The same in a thread; its answer joins `answers`, if it gets one."""

        def ask() -> None:
            with suppress(OSError, ValueError):
                self.answers.append(self.ask(phone_number, **headers))

        thread = threading.Thread(target=ask)
        thread.start()
        return thread

    def web_process(self) -> psutil.Process:
        [worker] = psutil.Process(self.process.pid).children()
        return worker

    def kill(self) -> None:
        """kill -9: first the process that serves, since its server would start another one."""
        for process in (self.web_process(), psutil.Process(self.process.pid)):
            os.kill(process.pid, signal.SIGKILL)
        self.process.wait(30)

    def is_waiting(self) -> None:
        """Return when the provider has a message that it has not answered."""
        eventually(lambda: self.provider.hanging, failure="the provider was not asked")


def start(serve, provider: Provider | None = None) -> SendingSite:
    """`provider`: None for a fresh one."""
    provider = provider or twilio.start()
    process, site = serve(TWILIO_API_URL=provider.url, **ENVIRONMENT)
    return SendingSite(process, site, provider)
