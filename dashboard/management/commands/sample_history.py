"""Fill a demo's database with invented searches."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from dashboard.sample import history
from movies.formats import counted


class Command(BaseCommand):
    help = (
        "Fill the empty database of a demo with invented searches of the last days, the same "
        "ones for the same seed. At a later day it goes on where it ended; the same day it "
        "does nothing. Example: ENVIRONMENT=demo manage.py sample_history --days 30"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=_at_least_one, default=90, help="how far back")
        parser.add_argument("--searches", type=_at_least_one, default=40_000, help="about, in all")
        parser.add_argument("--seed", type=int, default=1, help="another one is another history")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = history.write(
                timezone.now(),
                days=options["days"],
                searches=options["searches"],
                seed=options["seed"],
                progress=self._show_progress,
            )
        except history.NoPlaceForIt as error:
            raise CommandError(str(error)) from None
        if written is None:
            self.stdout.write("The sample history is there already; nothing was added.")
            return
        searches = counted(written.searches, "invented search", "invented searches")
        terms = counted(written.terms, "new term")
        self.stdout.write(f"Sample history: {searches} of {terms} since {written.first:%-d %b %Y}.")

    def _show_progress(self, done: int, days: int) -> None:
        if not self.stderr.isatty():
            return
        bar = "█" * (30 * done // days)
        ending = "\n" if done == days else ""
        self.stderr.write(f"\rSample history {bar:░<30} day {done} of {days}", ending=ending)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("it must be a whole number above 0.")
    return int(text)
