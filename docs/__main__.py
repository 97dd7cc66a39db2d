"""Writes into the documents what the code and the decisions say: the numbers, the module map,
the index of decisions, the types of webhooks and the scopes.

python -m docs
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loopin.settings")
django.setup()

from docs import generated  # noqa: E402  it reads the settings

for path in generated.write():
    sys.stdout.write(f"changed {path}\n")
