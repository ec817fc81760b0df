"""`manage.py completeness`: what the Completeness page says of any days."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from dashboard import trends
from dashboard.completeness import export, kept, words
from dashboard.completeness.afterwards import Afterwards, afterwards
from dashboard.completeness.kept import Kept
from dashboard.completeness.reading import Completeness, told
from dashboard.days import site_date
from dashboard.files.export_figures import view_json
from dashboard.periods import View, view_of
from dashboard.ranks.refreshing import figures
from movies.formats import NONE, counted
from movies.words import dates


class Command(BaseCommand):
    help = (
        "Print what the Completeness page says of a period, counted now, and how its estimate "
        "turned out in as many days after it. Changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            "examples:\n  manage.py completeness\n"
            "  manage.py completeness --from 2026-10-01 --to 2026-10-31 --json"
        )
        parser.add_argument(
            "--from", dest="first", metavar="DATE", default="", help="its first day"
        )
        parser.add_argument("--to", dest="last", metavar="DATE", default="", help="its last day")
        parser.add_argument(
            "--compare",
            choices=("weekdays", "previous", "year", "none"),
            default="",
            help="with which period, as on the page",
        )
        parser.add_argument("--everyone", action="store_true", help="with staff and bots")
        parser.add_argument("--json", action="store_true", help="print JSON; shares are parts of 1")

    def handle(self, *args: Any, **options: Any) -> None:
        view = _view(options)
        figures_to = figures()
        if figures_to is None:
            raise CommandError("Nothing has been counted yet. Run: manage.py roll_up")
        worked_out = kept.work_out(view.first, view.last, figures_to, everyone=view.everyone)
        trend = trends.read(view, figures_to)
        found = told(view, trend, figures_to, Kept.read(worked_out, figures_to))
        after, why_none = afterwards(view, figures_to)
        if options["json"]:
            said = view_json(view, figures_to) | export.as_json(found)
            said |= {"afterwards": after and after.as_json(), "why_no_afterwards": why_none or None}
            self._print_json(said)
        else:
            self._print(found)
            self.stdout.write(_in_words(after, why_none, view))

    def _print_json(self, said: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(said, cls=DjangoJSONEncoder, indent=2, allow_nan=False))

    def _print(self, found: Completeness) -> None:
        for sentence in (found.view.words, found.verdict, words.habits(found)):
            if sentence:
                self.stdout.write(sentence)
        for fact in words.facts(found):
            bounds = f" ({fact.interval})" if fact.interval else ""
            self.stdout.write(f"{fact.label}: {fact.value}{bounds}, {fact.note}")


def _in_words(after: Afterwards | None, why_none: str, view: View) -> str:
    if after is None:
        return f"New afterwards: {NONE}, {why_none}"
    return (
        f"New afterwards, {dates(after.first, after.last, view.today)}: "
        f"{words.in_words(after.share)}, for a term not searched {view.words}, "
        f"of {counted(after.searches, 'search', 'searches')}"
    )


def _view(options: dict[str, Any]) -> View:
    """Return the view that the options ask for; without dates, the last 28 days."""
    asked = {"compare": options["compare"], "everyone": "1" if options["everyone"] else ""}
    if options["first"] or options["last"]:
        asked |= {"from": options["first"], "to": options["last"]}
    view = view_of(asked, site_date(timezone.now()))
    if view.problem:
        raise CommandError(view.problem)
    return view
