"""Imports: each file of searches that was brought in, how far it is, and what it brought."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats, labels
from movies.admin.parts import Progress, Record, Tab, Table, link
from movies.admin.records import RecordAdmin, column
from movies.models import Import
from movies.services import KEEP_SEARCHES

# A batch takes less than a second: who writes none for so long was stopped.
SILENCE = timedelta(minutes=1)
COMMAND = "manage.py import_searches"


class ImportAdmin(RecordAdmin):
    list_display = ("name", "state", "searches_found", "new_terms", "left_out", "started")
    list_name = "Imports"
    sortable_by = ("started",)
    empty_list = f"No imports yet. A file of searches is brought in by: {COMMAND} FILE"

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        # Who may see searches sees where they come from.
        return request.user.has_perm("movies.view_search")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @column("state")
    def state(self, entry: Import) -> SafeString:
        return _label(entry)

    @column("searches", is_number=True)
    def searches_found(self, entry: Import) -> SafeString:
        return formats.with_unit(entry.searches, "search", "searches")

    @column("new terms", is_number=True)
    def new_terms(self, entry: Import) -> SafeString:
        return formats.with_unit(entry.terms, "new term")

    @column("left out", is_number=True)
    def left_out(self, entry: Import) -> SafeString:
        return formats.with_unit(entry.skipped, "line")

    @column("started", ordering="started_at")
    def started(self, entry: Import) -> SafeString:
        return formats.moment(entry.started_at)

    def record(self, request: HttpRequest, entry: Import) -> Record:
        searches = f"{reverse('admin:movies_search_changelist')}?source__exact={entry.pk}"
        found = formats.number(entry.searches)
        return Record(
            title=entry,
            label=_label(entry),
            sentence=_sentence(entry),
            progress=_progress(entry),
            facts=[
                ("Searches", format_html('<a class="link" href="{}">{}</a>', searches, found)),
                ("New terms", formats.number(entry.terms)),
                ("Of the time", _time(entry)),
                ("Started", formats.moment(entry.started_at)),
                ("Ended", formats.moment(entry.finished_at)),
                ("Run by", entry.run_by),
                ("Searches kept until", formats.day(entry.written_at + KEEP_SEARCHES)),
            ],
            technical=[
                ("Id", entry.pk),
                ("SHA-256", entry.sha256),
                ("Bytes", formats.number(entry.size)),
                ("Encoding", entry.encoding),
                ("Times without an offset are of", entry.time_zone),
            ],
        )

    def tabs(self, request: HttpRequest, entry: Import) -> list[Tab]:
        return [
            Tab("bad", f"Lines left out {formats.number(entry.skipped)}", lambda: _bad(entry)),
            Tab("overlaps", "Overlaps", lambda: _overlaps(entry)),
        ]


def _label(entry: Import) -> SafeString:
    if entry.finished_at:
        return labels.label("good", "Done")
    at = f"line {entry.line:,} of {entry.lines:,}"
    if entry.written_at < timezone.now() - SILENCE:
        return labels.label("look", "Paused", at)
    return labels.label("moving", "Running", at)


def _sentence(entry: Import) -> SafeString | str:
    if entry.finished_at:
        searches = formats.counted(entry.searches, "search", "searches")
        return f"It brought {searches} and {formats.counted(entry.terms, 'new term')}."
    return format_html(
        "Last written {}. If it was stopped, the same command goes on from there: {} {}",
        formats.ago(entry.written_at),
        COMMAND,
        entry.name,
    )


def _progress(entry: Import) -> Progress | None:
    if entry.finished_at:
        return None
    words = f"{formats.number(entry.line)} of {formats.counted(entry.lines, 'line')}"
    return Progress(entry.line, entry.lines, words)


def _time(entry: Import) -> SafeString:
    return format_html("{} to {}", formats.moment(entry.first_at), formats.moment(entry.last_at))


def _bad(entry: Import) -> Table:
    more = entry.skipped - len(entry.bad_lines)
    return Table(
        columns=("Line", "Why it is no search"),
        rows=[(formats.number(number), reason) for number, reason in entry.bad_lines],
        numbers=(0,),
        more=f"and {formats.number(more)} more" if more else "",
        empty="Every line was a search.",
    )


def _overlaps(entry: Import) -> Table:
    return Table(
        columns=("Import", "Of the time", "Searches"),
        rows=[
            (link(other), _time(other), formats.number(other.searches))
            for other in entry.earlier_of_its_time()
        ],
        numbers=(2,),
        empty="No earlier import has searches of the same time.",
    )
