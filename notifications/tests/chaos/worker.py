"""A worker in a hurry: the product's own relay or Celery worker, which waits seconds, not minutes.

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
from django.core.management import call_command

if not apps.ready:
    # In the process that the workers are forked from.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from notifications import circuit, delivery, outcomes, querysets
from notifications.management.commands import relay_notifications

# What Celery imports when it starts, besides this module.
PRELOADED = [
    __name__,
    "config",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "kombu.transport.redis",
]


def hurry(lease: float) -> None:
    """Shorten what the product waits for."""
    querysets.LEASE = delivery.LEASE = timedelta(seconds=lease)
    outcomes.BASE_DELAY = timedelta(seconds=0.5)
    outcomes.LONGEST_DELAY = timedelta(seconds=2)
    circuit.PROBE_EVERY = timedelta(seconds=1)
    relay_notifications.INTERVAL = 0.5


def work(trade: str, ready: Path, lease: float) -> None:
    """Relay, or work as Celery does, until the process is told to end; `ready` tells of it."""
    # Struck together with its children, and with nobody else.
    os.setsid()
    log = os.open(ready.with_name("workers.log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    hurry(lease)
    {"relay": relay, "celery": celery}[trade](ready)


def relay(ready: Path) -> None:
    ready.touch()
    call_command("relay_notifications")


def celery(ready: Path) -> None:
    # The child that delivers inherits the hurry.
    worker_ready.connect(lambda **facts: ready.touch(), weak=False)
    options = ["--without-mingle", "--without-gossip", "--without-heartbeat", "-n", ready.name]
    celery_command(
        ["-A", "config", "worker", "--concurrency", "1", "--loglevel", "WARNING", *options]
    )
