"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config.celery import app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Loaded here, or the first visitor whose search is published would wait for it.
app.finalize()
app.connection_for_write().transport  # noqa: B018 - a property that loads it, and connects nowhere
