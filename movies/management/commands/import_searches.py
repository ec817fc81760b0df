"""`manage.py import_searches FILE`: bring an existing search log in."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone

from movies.formats import counted
from movies.importing import running, writing
from movies.importing.checking import Contents, check
from movies.importing.files import FALLBACK, File, NoFile, look_at
from movies.importing.forms import NoForm, described, form_of
from movies.importing.reading import Form
from movies.models import BAD_LINES, Import

INTERRUPTED = 130
HELP = """
FILE has a line for each search: timestamp,term[,outcome[,results]]. Its first line may name the
columns, in any order. Commas, semicolons, tabs or bars may stand between them; what has one of
them in it stands between quotes.

  timestamp  ISO 8601 (2026-11-22T08:14:03+01:00, 2026-11-22 08:14:03) or seconds since 1970.
             Without an offset it is a time of the site's TIME_ZONE, or of --time-zone.
  outcome    cached, fetched, nothing_new, not_found, too_many, over_budget, refused or failed
  results    how many films were shown

Stopped or killed, it goes on where it was when it is run again. A file is known by its content:
the same one again does nothing. Exit status 0 when all of it is there, else 1; 130 after Ctrl-C.

examples:
  manage.py import_searches searches.csv --check
  manage.py import_searches searches.csv
  manage.py import_searches old.csv --skip-bad --encoding latin-1 --time-zone America/New_York
"""


class Command(BaseCommand):
    help = "Bring the searches of a file in; nobody is mailed, and nothing counts twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = HELP
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--check", action="store_true", help="say what would be imported, and do nothing"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="leave lines out that are no searches"
        )
        parser.add_argument("--encoding", default="", help="other than what it looks like")
        parser.add_argument("--time-zone", default="", help="of times that name none")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = look_at(options["file"], options["encoding"])
        except NoFile as error:
            raise CommandError(str(error)) from None
        entry = running.begun(file)
        if entry and entry.finished_at:
            self.stdout.write(
                f"{file.name} was imported {moment(entry.finished_at)}: nothing to do."
            )
            return
        if entry:
            self._say_goes_on(entry, file, options)
        else:
            entry = self._planned(file, options)
        if options["check"]:
            self.stdout.write("Nothing was imported: without --check it would be.")
            return
        self._run(entry, file)

    def _say_goes_on(self, entry: Import, file: File, options: dict[str, Any]) -> None:
        zone = options["time_zone"] or entry.time_zone
        if (file.encoding, zone) != (entry.encoding, entry.time_zone):
            raise CommandError(
                f"{entry} was begun with --encoding {entry.encoding} --time-zone "
                f"{entry.time_zone}: it can only go on with these."
            )
        self.stdout.write(f"{entry} goes on after line {entry.line:,} of {entry.lines:,}.")

    def _planned(self, file: File, options: dict[str, Any]) -> Import:
        """Read a new file to its end; return its import, or say why it cannot be."""
        if stopped := running.changed_since(file):
            raise CommandError(
                f"{file.name} has changed since its import stopped at line {stopped.line:,} of "
                f"{stopped.lines:,}, {moment(stopped.written_at)}. Give it back its content to go "
                "on, or another name to import it as another file."
            )
        now, zone = timezone.now(), _zone(options["time_zone"] or settings.TIME_ZONE)
        try:
            form = form_of(file, zone, now)
        except NoForm as error:
            raise CommandError(f"Nothing was imported from {file.name}. {error}") from None
        contents = self._checked(file, form)
        if contents.bad and not options["skip_bad"]:
            raise CommandError(
                f"Nothing was imported: {counted(contents.bad, 'bad line')} of {contents.lines:,}. "
                "Put them right, or leave them out with --skip-bad."
            )
        if not contents.searches:
            raise CommandError(f"There is no search in {file.name}.")
        entry = running.planned(file, contents, zone=str(zone), now=now)
        self._say_what_is_there(entry, contents)
        return entry

    def _checked(self, file: File, form: Form) -> Contents:
        if file.encoding == FALLBACK:
            self.stdout.write(f"Read as {FALLBACK}: name another encoding with --encoding.")
        for words in described(form):
            self.stdout.write(words)
        contents = check(file, form, Bar(self.stderr, "Checking", "bytes"))
        for line, reason in contents.bad_lines:
            self.stdout.write(f"line {line:,}: {reason}")
        if contents.bad > BAD_LINES:
            self.stdout.write(f"and {contents.bad - BAD_LINES:,} more")
        return contents

    def _say_what_is_there(self, entry: Import, contents: Contents) -> None:
        searches = counted(contents.searches, "search", "searches")
        self.stdout.write(f"{searches}, {moment(entry.first_at)} to {moment(entry.last_at)}.")
        for other in entry.earlier_of_its_time():
            self.stdout.write(
                f"Overlap: {other}, imported {moment(other.started_at)}, has searches of the same "
                f"time, {moment(other.first_at)} to {moment(other.last_at)}. What is in both "
                "counts twice."
            )

    def _run(self, entry: Import, file: File) -> None:
        try:
            entry = running.begin(entry)
            running.run(entry, file, Bar(self.stderr, "Importing", "lines"))
        except writing.TakenMeanwhile:
            raise CommandError("Another process imports this file; this one stops.") from None
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped at line {entry.line:,}; the same command goes on from there.",
                returncode=INTERRUPTED,
            ) from None
        entry.refresh_from_db()
        skipped = f", {counted(entry.skipped, 'line')} left out" if entry.skipped else ""
        self.stdout.write(
            f"{counted(entry.searches, 'search', 'searches')} imported, "
            f"{counted(entry.terms, 'new term')}{skipped}. They come into the figures by "
            "themselves while the site runs, or by: manage.py roll_up"
        )


class Bar:
    """Shows how far it is, where somebody watches."""

    def __init__(self, output: OutputWrapper, doing: str, unit: str) -> None:
        self.output = output
        self.doing = doing
        self.unit = unit

    def __call__(self, done: int, whole: int) -> None:
        if not self.output.isatty():
            return
        bar = "█" * (30 * done // whole)
        ending = "\n" if done == whole else ""
        words = f"{self.doing} {bar:░<30} {done:,} of {whole:,} {self.unit}"
        self.output.write(f"\r{words}", ending=ending)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandError(f"There is no time zone {name!r}. One is Europe/Berlin.") from None


def moment(at: datetime) -> str:
    """Return a moment in the site's zone, as `22 Nov 2026, 08:14`."""
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%-d %b %Y, %H:%M}"
