import os

from django.core.wsgi import get_wsgi_application

from loopin.telemetry.incoming_headers import without_them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loopin.settings")

application = without_them(get_wsgi_application())
