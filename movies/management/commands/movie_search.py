"""`manage.py movie_search WORD...`: search in place and say what came of it."""

import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from movies import searching, services
from movies.formats import counted
from movies.models import ANSWERS, Origin, Outcome, Search
from movies.terms import TermError

# Another process may be fetching the term; its lease runs out long before this.
LONGEST_WAIT = 900.0


class Command(BaseCommand):
    help = "Search OMDb and store the films it finds; exit status 0 only for an answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = "example:\n  manage.py movie_search star wars"
        parser.add_argument("words", nargs="+", metavar="WORD")
        parser.add_argument(
            "--force", action="store_true", help="ask OMDb even if the last answer is fresh"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        text = " ".join(options["words"])
        try:
            search = services.request_search(
                text, origin=Origin.COMMAND, force=options["force"], in_place=True
            )
        except TermError as error:
            raise CommandError(str(error)) from None
        self._run(search)
        outcome = Outcome(search.outcome)
        found = counted(search.films_found, "film")
        summary = f"{found} found, {search.films_new:,} new: {outcome.label}."
        if outcome not in ANSWERS:
            raise CommandError(f"{summary} {search.message}")
        self.stdout.write(summary)

    def _run(self, search: Search) -> None:
        deadline = time.monotonic() + LONGEST_WAIT
        while not search.outcome:
            # The search joined another's fetch, or is its own; either may have lost its worker.
            searching.run(search.joined_id or search.pk)
            search.refresh_from_db()
            if time.monotonic() > deadline:
                raise CommandError("Another process still fetches this term; look again later.")
            if not search.outcome:
                time.sleep(1)
