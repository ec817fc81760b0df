"""What runs in post_office's process: its queue and its command, by its own code and defaults."""

import os
import uuid
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management import call_command
from post_office import mail
from post_office.models import STATUS, Email

from bench.timing import Pace, paced

TEXT = "x" * 199 + "\n"


def migrate() -> None:
    call_command("migrate", verbosity=0)


def queue(mails: int) -> None:
    """Queue so many mails; each has a Message-ID that stays, so that a second one is known."""
    mail.send_many([_mail(number) for number in range(mails)])


def relay() -> None:
    """Send what is queued, until nothing is."""
    lock = Path(os.environ["BENCH_FOLDER"], "post_office")
    call_command("send_queued_mail", lockfile=str(lock))


def unsent() -> int:
    return int(Email.objects.exclude(status=STATUS.sent).count())


def be_quick_to_recover() -> None:
    """Do nothing: the lock of a dead process holds nobody up."""


def recover() -> None:
    relay()


def receive(seconds: float) -> Pace:
    """Queue single mails for a while."""
    return paced(lambda number: mail.send(**_mail(number)), count(), seconds)


def _mail(number: int) -> dict[str, Any]:
    return {
        "recipients": ["admin@localhost"],
        "sender": "bench@localhost",
        "subject": f"Mail {number}",
        "message": TEXT,
        "headers": {"Message-ID": f"<{uuid.uuid4()}@localhost>"},
    }
