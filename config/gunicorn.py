"""How gunicorn serves: `gunicorn config.wsgi --config python:config.gunicorn`."""

from config.settings import LOGGING

workers = 2
threads = 2
loglevel = "warning"
# What it tells of its processes has the form of all other lines.
logconfig_dict = LOGGING
