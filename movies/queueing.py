"""Hand the id of a row to Celery, without ever letting the broker fail or slow a page.

The row is the promise and the message only a hint: what is not published here is found by
the sweep or the relay.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

import redis
from celery import Task, current_app
from django.conf import settings
from django.db import transaction
from kombu import Producer
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import producers
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# After a failure nobody waits for the broker again for this many seconds.
CIRCUIT_OPEN_FOR = 30.0
_closed_again_at = 0.0
# Celery keeps each queue as four lists; the first, of ordinary messages, has the plain name.
PRIORITIES = ("", "\x06\x163", "\x06\x166", "\x06\x169")
# What a page may spend on a broker that hangs.
TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.4,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}


def enqueue_on_commit(task: "Task[Any, Any]", pk: int) -> None:
    """Publish `task(pk)` once the row it is about is committed."""
    # robust, and a lambda: without the first a dead broker raises out of the commit, and
    # Django cannot log the failure of a partial() (Django ticket 36487).
    transaction.on_commit(lambda: enqueue(task, pk), robust=True)


def enqueue(task: "Task[Any, Any]", *pks: int, **options: Any) -> bool:
    """Publish `task(pk)`; return whether the broker took it. Never raises for the broker.

    `options` are Celery's, such as `expires`. Costs at most half a second when the broker hangs,
    and then nothing for 30 s.
    """
    global _closed_again_at
    if time.monotonic() < _closed_again_at:
        return False
    try:
        with _producer() as producer:
            task.apply_async(pks, producer=producer, retry=False, **options)
    except (OperationalError, LimitExceeded, OSError) as error:
        _closed_again_at = time.monotonic() + CIRCUIT_OPEN_FOR
        logger.warning("broker away, %s%s waits in its row: %s", task.name, pks, error)
        return False
    return True


def waiting(queue: str) -> int:
    """Return how many messages wait in `queue`, or 0 when the broker is away."""
    # By LLEN: a passive declare answers 404 for an empty queue.
    try:
        with _broker(seconds=1) as broker:
            return int(broker.llen(queue))
    except redis.RedisError:
        return 0


def lengths(queues: Iterable[str]) -> dict[str, int] | None:
    """Return how many messages wait in each queue, and those `unacked`, which a worker holds.

    None when the broker is away; costs at most half a second when it hangs.
    """
    queues = list(queues)
    try:
        with _broker(seconds=0.25) as broker, broker.pipeline(transaction=False) as asked:
            for queue in queues:
                for suffix in PRIORITIES:
                    asked.llen(f"{queue}{suffix}")
            asked.hlen("unacked")
            *counts, unacked = asked.execute()
    except redis.RedisError:
        return None
    of_queues = zip(queues, batched(counts, len(PRIORITIES)), strict=True)
    return {queue: sum(parts) for queue, parts in of_queues} | {"unacked": unacked}


def _broker(*, seconds: float) -> redis.Redis:
    # Without the client's own retries: who asks goes on without an answer.
    return redis.from_url(
        settings.REDIS_URL,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


@contextmanager
def _producer() -> Iterator[Producer]:
    # Workers block on their sockets for seconds by design; a page must not, so publishing
    # has connections of its own.
    connection = current_app.connection_for_write().clone(transport_options=TRANSPORT_OPTIONS)
    with producers[connection].acquire(block=True, timeout=0.4) as producer:
        yield producer
