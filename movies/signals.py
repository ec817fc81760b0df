"""What movies announces besides the saving of its rows.

Each is sent with `send_robust` after the commit of what it tells of; a receiver that fails
is logged and changes nothing.

movie_filled      sender fill_movie_details; `movie`, `refill` (the Refill that asked, or None)
search_finished   sender Search; `search`, whose outcome is set
refill_finished   sender Refill; `refill`, whose finished_at is set
"""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import Signal

logger = logging.getLogger(__name__)

movie_filled = Signal()
search_finished = Signal()
refill_finished = Signal()


def announce(signal: Signal, sender: Any, **facts: Any) -> None:
    """Send `signal` after the commit; log what its receivers raise."""

    def send() -> None:
        for receiver, answer in signal.send_robust(sender, **facts):
            if isinstance(answer, Exception):
                logger.error("receiver %s failed", receiver, exc_info=answer)

    transaction.on_commit(send, robust=True)
