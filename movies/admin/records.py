"""The shape of a page about something that happened: read, never typed into."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib.admin import AdminSite, ShowFacets
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from movies import formats
from movies.admin.parts import Chip, Tab


class RecordList(ChangeList):
    """A list that shows its filters as chips and reads what belongs to its rows in bulk."""

    full_result_count: int | None
    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # Without the count of the whole table there is nothing to compare the results with.
        self.full_result_count = self.full_result_count or self.result_count
        self.result_list = list(self.result_list)
        self.model_admin.prepare(self.result_list)

    @property
    def chips(self) -> list[Chip]:
        """Return the filters that are set, each with the address without it."""
        specs = [spec for spec in self.filter_specs if hasattr(spec, "chip")]
        chips = [
            Chip(words, self.get_query_string(remove=spec.expected_parameters()))
            for spec in specs
            if (words := spec.chip())
        ]
        # What a figure's link narrows by without there being a filter of it.
        known = {SEARCH_VAR, *(name for spec in specs for name in spec.expected_parameters())}
        others = [name for name in self.filter_params if name not in known]
        if self.query:
            chips.append(Chip(f"Search: {self.query}", self.get_query_string(remove=[SEARCH_VAR])))
        if others:
            chips.append(Chip("Narrowed by a link", self.get_query_string(remove=others)))
        return chips


class RecordAdmin(ModelAdmin):
    """Lists and shows rows that nobody adds, edits or removes by hand.

    Each has a method `record`, which returns what its page says of one row.
    """

    change_form_template = "admin/record.html"
    list_filter_submit = True
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    # Counting each choice of each filter would read the table as often.
    show_facets = ShowFacets.NEVER
    empty_value_display = formats.NONE
    list_after_template = "admin/children.html"
    # Lists that are reached from this one and stand nowhere else: words, and the page's name.
    children: Sequence[tuple[str, str]] = ()
    # What the list is called, where the model's own name is not what staff say.
    list_name = ""
    # Why a list without a single row is empty.
    empty_list = "Nothing yet."

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: object = None
    ) -> HttpResponse:
        """Lead to the page of the record, which shows its history."""
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(f"{reverse(page, args=[object_id])}?tab=history")

    def prepare(self, rows: list[Any]) -> None:
        """Read what the list shows beside the rows themselves, in one query for all."""

    def tabs(self, request: HttpRequest, obj: Any) -> list[Tab]:
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        tabs = self.tabs(request, obj)
        current = next((tab for tab in tabs if tab.key == request.GET.get("tab")), None)
        current = current or (tabs[0] if tabs else None)
        context |= {
            "record": self.record(request, obj),
            "record_tabs": tabs,
            "current": current,
            "table": current.table() if current else None,
        }
        return cast(HttpResponse, super().render_change_form(request, context, obj=obj, **kwargs))


def column[Method: Callable[..., object]](
    words: str, *, ordering: str = "", is_number: bool = False
) -> Callable[[Method], Method]:
    """Name a column of a list; numbers stand at the right."""

    def dress(method: Method) -> Method:
        vars(method).update(short_description=words, admin_order_field=ordering or None)
        if is_number:
            vars(method).update(formatting="price")
        return method

    return dress


def live(site: AdminSite, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view whose answer htmx puts into a page: no sign-in page may come into it."""
    guarded = site.admin_view(view)

    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "HX-Request" in request.headers and not site.has_permission(request):
            return HttpResponse("You are signed out.", status=401)
        return guarded(request, *args, **kwargs)

    return answer
