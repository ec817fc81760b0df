"""The product's own Celery worker, with a lease of seconds instead of minutes.

Workers are forked from one process that has all of this imported, so that they are back at work
soon after they were killed.
"""

import os
from datetime import timedelta
from pathlib import Path

import django
from celery.bin.celery import celery as celery_command
from celery.signals import worker_ready
from django.apps import apps

if not apps.ready:
    # In the process that the workers are forked from.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from movies import refill_querysets

# What Celery imports when it starts, besides this module.
PRELOADED = [
    __name__,
    "config",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "kombu.transport.redis",
]


def work(ready: Path, lease: float) -> None:
    """Work, one film at a time, until the process is told to end; `ready` tells of it."""
    # Struck together with its child, and with nobody else.
    os.setsid()
    log = os.open(ready.with_name("workers.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    # The child that fills inherits it.
    refill_querysets.LEASE = timedelta(seconds=lease)
    worker_ready.connect(lambda **facts: ready.touch(), weak=False)
    options = ["--without-mingle", "--without-gossip", "--without-heartbeat", "-n", ready.name]
    celery_command(
        ["-A", "config", "worker", "--concurrency", "1", "--loglevel", "WARNING", *options]
    )
