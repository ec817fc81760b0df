"""Audit: who did what, to which rows, and when; for whoever may see users, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.views.decorators.http import require_safe

from dashboard.admin import audit_file, audit_filters
from dashboard.admin.audit_filters import VERBS
from movies import formats
from movies.admin.parts import Record, link, may_view, person
from movies.admin.records import RecordAdmin, column
from movies.csv_safe import attached
from movies.labels import label
from notifications.admin import bounds

PAGE = "admin_logentry"
MESSAGE_LENGTH = 120


def what(entry: LogEntry) -> str:
    """Return what was done, in words; where nothing was written down, its verb."""
    return str(entry.get_change_message()) or VERBS[entry.action_flag]


def kind(entry: LogEntry) -> str:
    """Return what is called the kind of row that an entry is about."""
    model = entry.content_type.model_class() if entry.content_type else None
    return capfirst(str(model._meta.verbose_name)) if model else formats.NONE


def attach_rows(request: HttpRequest, entries: list[Any]) -> None:
    """Give each entry its `row`, if it still exists and the reader may open it: a query a kind."""
    wanted: dict[type[Model], set[str]] = {}
    for entry in entries:
        model = entry.content_type.model_class() if entry.content_type else None
        if model and model in admin.site._registry and may_view(request, model):
            wanted.setdefault(model, set()).add(entry.object_id)
    found = {model: _existing(model, keys) for model, keys in wanted.items()}
    for entry in entries:
        model = entry.content_type.model_class() if entry.content_type else None
        entry.row = found[model].get(entry.object_id) if model in found else None


def _existing(model: type[Model], keys: set[str]) -> dict[str, Model]:
    """Return rows by their keys as text, read without any of their other columns."""
    valid = [key for key in keys if _is_key(model, key)]
    rows = model._default_manager.filter(pk__in=valid).only("pk")
    return {str(row.pk): row for row in rows}


def _is_key(model: type[Model], key: str) -> bool:
    try:
        return model._meta.pk.to_python(key) is not None
    except ValidationError:
        return False


class AuditAdmin(RecordAdmin):
    list_display = ("done", "about", "kind_of_row", "who", "at")
    list_filter = (
        audit_filters.WhoFilter,
        audit_filters.VerbFilter,
        audit_filters.KindFilter,
        audit_filters.PeriodFilter,
    )
    list_name = "Audit"
    list_select_related = ("user", "content_type")
    list_before_template = "dashboard/audit_head.html"
    list_after_template = "dashboard/audit_foot.html"
    paginator = bounds.Pages
    # By key, which is by time: of times there is no index.
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("object_repr",)
    search_help_text = "Name of what was changed"
    empty_list = "Nobody has changed anything by hand yet."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.csv))
        return [path("audit.csv", view, name=f"{PAGE}_csv"), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # It tells of people, and is for whoever may see these.
        return bool(request.user.has_perm("auth.view_user"))

    def csv(self, request: HttpRequest) -> HttpResponseBase:
        """Return what the list shows on all its pages, and what is beyond its last one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            entries = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{PAGE}_changelist"))
        lines = audit_file.lines(entries, what, kind, is_whole=not bounds.search_note(request))
        return attached("audit.csv", lines, has_body=request.method != "HEAD")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term.strip():
            queryset = audit_filters.searchable(request, queryset)
        return super().get_search_results(request, queryset, search_term)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        attach_rows(request, rows)

    @column("what")
    def done(self, entry: LogEntry) -> SafeString:
        return format_html("<bdi>{}</bdi>", Truncator(what(entry)).chars(MESSAGE_LENGTH))

    @column("about")
    def about(self, entry: Any) -> SafeString:
        if entry.row is None:
            return format_html("<bdi>{}</bdi>", entry.object_repr)
        return link(entry.row, entry.object_repr)

    @column("kind")
    def kind_of_row(self, entry: LogEntry) -> str:
        return kind(entry)

    @column("who")
    def who(self, entry: LogEntry) -> str:
        return person(entry.user)

    @column("when")
    def at(self, entry: LogEntry) -> SafeString:
        return formats.moment(entry.action_time)

    def record(self, request: HttpRequest, entry: Any) -> Record:
        attach_rows(request, [entry])
        return Record(
            title=entry.object_repr,
            label=label("rest", VERBS[entry.action_flag]),
            sentence=what(entry),
            facts=(
                ("Who", self.who(entry)),
                ("When", formats.second(entry.action_time)),
                ("About", self.about(entry)),
                ("Kind", kind(entry)),
            ),
        )
