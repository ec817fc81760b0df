"""`manage.py movie_fill IMDB_ID...`: fetch the details of films in place."""

import logging
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from movies import calls, filling
from movies.models import Movie
from movies.omdb_errors import KeyRefused, LimitReached, OmdbError

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Fetch the details of films from OMDb; exit status 0 only if all were filled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            "examples:\n  manage.py movie_fill tt0076759 tt0080684\n"
            "  manage.py movie_fill --missing --limit 100"
        )
        parser.add_argument("imdb_ids", nargs="*", metavar="IMDB_ID")
        parser.add_argument(
            "--missing", action="store_true", help="all films that lack details, oldest first"
        )
        parser.add_argument("--limit", type=int, metavar="N", help="at most N films of --missing")

    def handle(self, *args: Any, **options: Any) -> None:
        given, missing, limit = options["imdb_ids"], options["missing"], options["limit"]
        if bool(given) == missing:
            raise CommandError("Name the films by their IMDb ids, or use --missing, not both.")
        if limit is not None and (not missing or limit < 1):
            raise CommandError("--limit goes with --missing and is at least 1.")
        if missing:
            films = Movie.objects.incomplete().order_by("pk").values_list("imdb_id", flat=True)
            given = list(films[:limit])
        # A person who names films comes before re-fills; "all that lack" is a re-fill.
        spend = calls.spend_for_refill if missing else calls.spend_for_visitor
        filled = self._fill(given, spend)
        summary = f"{filled:,} of {len(given):,} films filled."
        if filled < len(given):
            raise CommandError(summary)
        self.stdout.write(summary)

    def _fill(self, imdb_ids: list[str], spend: Any) -> int:
        filled = 0
        for number, imdb_id in enumerate(imdb_ids, start=1):
            self._show_progress(number - 1, len(imdb_ids), imdb_id)
            try:
                filling.fill_imdb_id(imdb_id, spend)
            except KeyRefused as error:
                logger.error("%s No other film can be filled either.", error)
                break
            except (LimitReached, calls.OverBudget) as error:
                opens_at = calls.budget().opens_at
                logger.error("%s Expected again at %s UTC.", error, f"{opens_at:%H:%M}")
                break
            except OmdbError as error:
                logger.error("Movie with IMDB ID '%s' was not found: %s", imdb_id, error)
            else:
                filled += 1
        self._show_progress(len(imdb_ids), len(imdb_ids), "")
        return filled

    def _show_progress(self, done: int, films: int, imdb_id: str) -> None:
        if not self.stderr.isatty() or not films:
            return
        bar = "█" * (30 * done // films)
        ending = "\n" if done == films else ""
        self.stderr.write(f"\r{bar:░<30} {done:,} of {films:,} {imdb_id:<12}", ending=ending)
