"""A task for the tests of workers, which import it by name."""

import os
import signal

from celery import shared_task


@shared_task(max_retries=0)
def kill_own_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
