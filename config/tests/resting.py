"""A task that does nothing for a while, for tests of the workers themselves."""

import time

from celery import shared_task


@shared_task
def rest(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"
