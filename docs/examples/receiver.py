"""Receives webhooks: verifies each, keeps it once, answers at once, and works afterwards.

pip install standardwebhooks
WEBHOOK_SECRET=whsec_... PORT=8080 INBOX=inbox.sqlite3 python receiver.py
"""

import json
import os
import queue
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

MAX_BYTES = 64 * 1024
INBOX = os.environ.get("INBOX", "inbox.sqlite3")
webhook = Webhook(os.environ["WEBHOOK_SECRET"])
waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()


def keep(message_id: str, body: bytes) -> bool:
    """Keep a message; False if it was kept before. Once it is kept, it may be answered."""
    with sqlite3.connect(INBOX) as inbox:
        inbox.execute("CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, body BLOB)")
        kept = inbox.execute(
            "INSERT INTO message VALUES (?, ?) ON CONFLICT DO NOTHING", (message_id, body)
        )
        return kept.rowcount == 1


def work() -> None:
    """Do what messages ask for, one after the other. This is where your code goes."""
    while True:
        message: dict[str, Any] = json.loads(waiting.get())
        if message["version"] == 1:
            say(message["type"], json.dumps(message["data"], sort_keys=True))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if length > MAX_BYTES:
            self.answer(413)
            return
        body = self.rfile.read(length)
        message_id = self.headers.get("webhook-id", "")
        try:  # the bytes as they came; a time of more than five minutes ago is refused, too
            webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError) as error:
            say("refused", message_id, error)
            self.answer(401)
            return
        if keep(message_id, body):
            waiting.put(body)
        else:
            say("repeated", message_id)
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """What matters is said elsewhere."""


def say(*words: object) -> None:
    """One write, so that lines of different threads do not mix."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    threading.Thread(target=work, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver)
    say("listening", server.server_port)
    server.serve_forever()
