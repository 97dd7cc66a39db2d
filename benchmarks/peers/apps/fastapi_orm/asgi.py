"""What gunicorn serves: `asgi:app`."""

import django

django.setup()

from main import app  # noqa: E402, F401  the settings come first
