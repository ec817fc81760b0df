"""The Celery application; `celery -A config worker` and `celery -A config beat`."""

import logging.config
import os
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish, setup_logging, task_prerun
from django.conf import settings
from django.db import close_old_connections
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("marquee")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By name: it is imported once the apps are there.
app.steps["consumer"].add("dashboard.flow.heart:Heart")


@setup_logging.connect
def log_as_everybody_does(loglevel: int | str, **facts: object) -> None:
    """Keep Celery from writing lines of its own form."""
    logging.config.dictConfig(settings.LOGGING)
    logging.root.setLevel(loglevel)


@before_task_publish.connect
def carry_request_id(headers: dict[str, Any], **facts: object) -> None:
    headers["request_id"] = get_contextvars().get("request_id")


@task_prerun.connect
def bind_ids(task_id: str, task: "Task[Any, Any]", **facts: object) -> None:
    clear_contextvars()
    # What beat or a sweep has published is of no request.
    request_id = task.request.get("request_id")
    bind_contextvars(task=task.name, task_id=task_id, request_id=request_id)


@task_prerun.connect
def drop_dead_connections(**facts: object) -> None:
    """Let no task fail on a connection that the database closed since the last one."""
    # CELERY_DB_REUSE_MAX keeps connections and leaves Celery's own look at them out.
    close_old_connections()
