"""`manage.py roll_up`: bring the figures up to date, check them, or put them right."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils.timezone import get_default_timezone, localtime

from dashboard.models import RollUp
from dashboard.rollup import rebuilding, rolling, verifying
from dashboard.rollup.covered import OtherTimeZone, covered_days, first_covered
from movies.formats import counted

# Where nobody watches, one line says how far it is after so many days.
DAYS_A_LINE = 10


class Command(BaseCommand):
    help = (
        "Fold finished searches into the figures of the dashboard, as is done every 15 seconds "
        "by itself. Exit status 0, or 1 when --verify finds differences. Safe to repeat, and "
        "while searches are made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            "examples:\n  manage.py roll_up\n  manage.py roll_up --verify\n"
            "  manage.py roll_up --rebuild"
        )
        either = parser.add_mutually_exclusive_group()
        either.add_argument(
            "--verify",
            action="store_true",
            help="compare the figures with the searches; name each difference, change nothing",
        )
        either.add_argument(
            "--rebuild",
            action="store_true",
            help="put right whatever --verify would name; pages stay complete meanwhile",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verify"]:
                self._verify()
            elif options["rebuild"]:
                self._rebuild()
            else:
                self._fold()
        except OtherTimeZone as error:
            raise CommandError(str(error)) from None

    def _fold(self) -> None:
        folded = counted(rolling.roll_up(), "search", "searches")
        figures_to = localtime(RollUp.objects.get(pk=1).figures_to, get_default_timezone())
        self.stdout.write(f"{folded} folded; figures to {figures_to:%H:%M}.")

    def _rebuild(self) -> None:
        progress = Progress(self.stdout, "rebuilt")
        rebuilding.rebuild(progress=progress)
        self.stdout.write(f"{counted(progress.done, 'day')} checked and put right.")
        self._name_frozen_days()

    def _verify(self) -> None:
        progress = Progress(self.stdout, "checked")
        report = verifying.verify(progress.say, progress=progress)
        checked = (
            f"{counted(report.days, 'day')} of {counted(report.searches, 'search', 'searches')}"
        )
        self._name_frozen_days()
        if report.found:
            raise CommandError(
                f"{counted(report.found, 'difference')} in {checked}. "
                "To put them right, run: manage.py roll_up --rebuild"
            )
        self.stdout.write(f"{checked} checked: no differences.")

    def _name_frozen_days(self) -> None:
        raw_from = RollUp.objects.filter(pk=1).values_list("raw_from", flat=True).first()
        if raw_from:
            first = first_covered(raw_from)
            self.stdout.write(
                f"Days before {first:%-d %b %Y} are frozen: their searches have been removed."
            )


class Progress:
    """Say how far it is: a bar where somebody watches, else a line now and then."""

    def __init__(self, output: OutputWrapper, done_word: str) -> None:
        self.output = output
        self.done_word = done_word
        roll_up = RollUp.objects.filter(pk=1).first()
        self.days = sum(1 for _ in covered_days(roll_up)) if roll_up else 0
        self.done = 0

    def say(self, line: object) -> None:
        """Write a line, over the bar if there is one: it is drawn again below."""
        self.output.write(f"\r{line!s:<80}" if self.output.isatty() else str(line))

    def __call__(self, day: date) -> None:
        self.done += 1
        # Days may come up meanwhile, at midnight or by a clock that is wrong.
        self.days = max(self.days, self.done)
        if self.output.isatty():
            bar = "\N{FULL BLOCK}" * (30 * self.done // self.days)
            ending = "\n" if self.done == self.days else ""
            line = f"\r{bar:\N{LIGHT SHADE}<30} {self.done:,} of {counted(self.days, 'day')}"
            self.output.write(f"{line}, {day:%-d %b %Y}  ", ending=ending)
        elif not self.done % DAYS_A_LINE:
            self.output.write(
                f"{self.done:,} of {counted(self.days, 'day')} {self.done_word}, to {day:%-d %b %Y}"
            )
