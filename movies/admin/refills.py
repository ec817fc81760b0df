"""Re-fills: the list, and the page of one, which renews itself while it runs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from movies import filters, formats, labels
from movies.admin.parts import Record, Tab, history, person
from movies.admin.progress import progress, words_of
from movies.admin.records import RecordAdmin, column, live
from movies.admin.refill_actions import RefillOperations, acts_at_once, ask_first
from movies.models import Refill


class RefillAdmin(RefillOperations, RecordAdmin):
    list_display = ("name", "state", "film_count", "result", "asked_by", "requested")
    list_filter = (filters.DayFilter,)
    list_select_related = ("requested_by",)
    sortable_by = ("requested",)
    change_form_template = "admin/refill.html"
    empty_list = "No re-fills yet. Tick films in the list of films to start one."

    def get_urls(self) -> list[URLPattern]:
        view = live(self.admin_site, self.progress_view)
        page = path("<int:pk>/progress/", view, name="movies_refill_progress")
        return [page, *super().get_urls()]

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Count the items of the shown re-fills only: the table of items is long."""
        counted = Refill.objects.with_progress().in_bulk([row.pk for row in rows])
        # One that was removed since the rows were read is not shown.
        rows[:] = [row for row in rows if row.pk in counted]
        for row in rows:
            vars(row).update(
                (name, value)
                for name, value in vars(counted[row.pk]).items()
                if name not in vars(row)
            )

    @column("re-fill")
    def name(self, refill: Refill) -> str:
        return str(refill)

    @column("state")
    def state(self, refill: Refill) -> SafeString:
        return labels.refill_label(refill)

    @column("films", is_number=True)
    def film_count(self, refill: Refill) -> SafeString:
        return formats.with_unit(refill.films, "film")

    @column("result")
    def result(self, refill: Any) -> str:
        return words_of(refill)

    @column("requested by")
    def asked_by(self, refill: Refill) -> str:
        return person(refill.requested_by)

    @column("requested", ordering="created_at")
    def requested(self, refill: Refill) -> SafeString:
        return formats.moment(refill.created_at)

    def record(self, request: HttpRequest, refill: Any) -> Record:
        self.prepare(request, shown := [refill])
        if not shown:
            raise Http404
        return Record(
            title=refill,
            label=labels.refill_label(refill),
            sentence="",
            extra={"live": self._live(request, refill)},
        )

    def tabs(self, request: HttpRequest, refill: Refill) -> list[Tab]:
        return [Tab("history", "History", lambda: history(refill))]

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the part of the page that renews itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        refill = Refill.objects.with_progress().filter(pk=pk).first()
        if refill is None:
            raise Http404
        return TemplateResponse(
            request, "admin/refill_progress.html", {"live": self._live(request, refill)}
        )

    def _live(self, request: HttpRequest, refill: Any) -> dict[str, object]:
        shown = progress(request, refill, asked_by=self.asked_by(refill))
        if self.has_operate_permission(request):
            shown |= {"at_once": acts_at_once(refill), "asking": ask_first(refill)}
        return shown
