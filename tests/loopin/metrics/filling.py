"""A process that counts more than its files may hold; see test_folders.py."""

import os
import resource
from pathlib import Path

import django
from django.conf import settings

from loopin.metrics.declarations import FOLDER_VARIABLE, Counter, Label
from loopin.metrics.recording import recording

if __name__ == "__main__":
    settings.METRICS_PORT = 9464
    django.setup()
    metric = Counter("test_room_total", "Room.", Label("word"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    with recording():
        for number in range(2_000):
            metric.count(f"{number:0100}")
        states = [file.stat() for file in Path(os.environ[FOLDER_VARIABLE]).glob("*.db")]
        assert states
        assert all(state.st_blocks * 512 >= state.st_size > 0 for state in states)
        assert not metric.is_on
