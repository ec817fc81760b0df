"""Deliver notifications without Celery's beat."""

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from notifications import relaying

logger = logging.getLogger(__name__)

INTERVAL = 15.0


class Command(BaseCommand):
    help = (
        "Mail the notifications that are due, every 15 seconds until SIGTERM or SIGINT; needs "
        "neither beat nor a worker. Exit status 0, or 1 if --once saw a notification fail for "
        "good. Example, from cron: manage.py relay_notifications --once"
    )
    stopped = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="make one pass and say what it did")

    def handle(self, *, once: bool, **options: Any) -> None:
        if once:
            self.pass_once()
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        for number in before:
            signal.signal(number, self.stop)
        try:
            self.run_until_stopped()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def pass_once(self) -> None:
        done = relaying.relay()
        words = ", ".join(f"{count} {word}" for word, count in done.items())
        self.stdout.write(f"Notifications: {words or 'nothing was due'}.")
        if done["failed"]:
            raise CommandError(f"{done['failed']} failed; the dashboard says why.")

    def run_until_stopped(self) -> None:
        self.stdout.write("Relaying notifications; SIGTERM or Ctrl-C stops it.")
        while not self.stopped:
            close_old_connections()
            try:
                relaying.relay(lambda: self.stopped)
            except (InterfaceError, OperationalError):
                logger.exception("the database is away; the next pass tries again")
            self.wait()
        self.stdout.write("Stopped; what is left waits in its row.")

    def wait(self) -> None:
        # In slices: sleep() goes on after a signal, and Event.set() may deadlock in a handler.
        until = time.monotonic() + INTERVAL
        while not self.stopped and time.monotonic() < until:
            time.sleep(0.2)

    def stop(self, *args: object) -> None:
        self.stopped = True
