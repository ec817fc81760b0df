"""What workers suffer in tests, which have them import it by name."""

import os
import signal
import time

from celery import shared_task
from celery.worker.control import control_command


@shared_task(max_retries=0)
def kill_own_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@control_command()
def hang_the_loop(state: object) -> None:
    """Hold up the loop that takes messages; the worker's threads go on."""
    time.sleep(60)
