"""The Celery application; `celery -A config worker` and `celery -A config beat`."""

import os

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("marquee")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By name: it is imported once the apps are there.
app.steps["consumer"].add("dashboard.flow.heart:Heart")


@task_prerun.connect
def drop_dead_connections(**facts: object) -> None:
    """Let no task fail on a connection that the database closed since the last one."""
    # CELERY_DB_REUSE_MAX keeps connections and leaves Celery's own look at them out.
    close_old_connections()
