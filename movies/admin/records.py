"""The shape of a page about something that happened: read, never typed into."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import AdminSite, ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from movies import formats
from movies.admin.narrowing import words_of
from movies.admin.parts import Chip, Tab, may_view

# Each word of a search box is a condition of its own.
LONGEST = 255
MOST_WORDS = 10
# Of what a link narrows by; as many digits fit into every database's integers.
LONGEST_PART = 18


class RecordList(ChangeList):
    """A list that shows its filters as chips and reads what belongs to its rows in bulk."""

    full_result_count: int | None
    result_list: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The browser's tab says what the page says, not what one may do there.
        self.title = self.model_admin.list_name or capfirst(self.opts.verbose_name_plural)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # Without the count of the whole table there is nothing to compare the results with.
        self.full_result_count = self.full_result_count or self.result_count
        self.result_list = list(self.result_list)
        self.model_admin.prepare(request, self.result_list)

    def get_query_string(
        self, new_params: dict[str, Any] | None = None, remove: Iterable[Any] | None = None
    ) -> str:
        """Leave out the names in `remove`; Django would leave out all that begin like them."""
        changed = {**dict.fromkeys(remove or ()), **(new_params or {})}
        return cast(str, super().get_query_string(changed))

    @property
    def chips(self) -> list[Chip]:
        """Return the filters that are set, each with the address without it."""
        chips = [
            Chip(words, self.get_query_string(remove=spec.expected_parameters()))
            for spec in self.filter_specs
            if (words := spec.chip())
        ]
        if self.query:
            chips.append(Chip(f"Search: {self.query}", self.get_query_string(remove=[SEARCH_VAR])))
        # From our links: of these there is no filter.
        others = [name for name in self.model_admin.narrowed_by if name in self.filter_params]
        return chips + [
            Chip(words_of(name, self.filter_params[name][-1]), self.get_query_string(remove=[name]))
            for name in others
        ]

    @property
    def rows_in_words(self) -> str:
        """Return how many rows there are, for the foot of the list."""
        return formats.counted(
            self.result_count, str(self.opts.verbose_name), str(self.opts.verbose_name_plural)
        )


class ListAdmin(ModelAdmin):
    """Lists that are narrowed by their own filters and by links of ours, and by nothing else."""

    list_filter_submit = True
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    # Counting each choice of each filter would read the table as often.
    show_facets = ShowFacets.NEVER
    empty_value_display = formats.NONE
    # What the list is called, where the model's own name is not what staff say.
    list_name = ""
    # The lookups that our links narrow by without there being a filter of them: everywhere
    # the rows that an answer speaks of.
    narrowed_by: Sequence[str] = ("id__in",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Read what the list shows beside the rows themselves, in one query for all."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse what Django allows, any lookup of any column: some tell what is hidden, and
        a regular expression may run for ever.
        """
        filters = self.get_list_filter(request)
        if any(lookup in one.expected_parameters() for one in filters):
            return True
        return lookup in self.narrowed_by and _can_be_asked(lookup, value)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        # An empty `_to_field` names none; Django would look for a field without a name.
        return super().get_object(request, object_id, from_field or None)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.replace("\0", " ")[:LONGEST].split()[:MOST_WORDS]
        found = super().get_search_results(request, queryset, " ".join(words))
        return cast(tuple[QuerySet[Any], bool], found)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if all(re.fullmatch("[0-9]{1,18}", pk) for pk in chosen):
            return cast(HttpResponse | None, super().response_action(request, queryset))
        messages.error(request, "Nothing was changed: choose the rows again.")
        return None


def _can_be_asked(lookup: str, value: str) -> bool:
    """Return whether every database understands the value, so that asking is no error."""
    if not lookup.endswith("__gte"):
        return "\0" not in value and all(len(part) <= LONGEST_PART for part in value.split(","))
    try:
        since = parse_datetime(value)
        return bool(since and since.tzinfo and since.astimezone(UTC))
    except (ValueError, OverflowError):
        return False


class RecordAdmin(ListAdmin):
    """Lists and shows rows that nobody adds, edits or removes by hand.

    Each has a method `record`, which returns what its page says of one row.
    """

    change_form_template = "admin/record.html"
    list_after_template = "admin/children.html"
    # Lists that are reached from this one and stand nowhere else: words, and the page's name.
    children: Sequence[tuple[str, str]] = ()
    # Why a list without a single row is empty.
    empty_list = "Nothing yet."

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: object = None
    ) -> HttpResponse:
        """Lead to the page of the record, which shows its history."""
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(f"{reverse(page, args=[object_id])}?tab=history")

    def tabs(self, request: HttpRequest, obj: Any) -> list[Tab]:
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        tabs = [
            tab for tab in self.tabs(request, obj) if tab.of is None or may_view(request, tab.of)
        ]
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


def lead_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead to `url` after a dialog, into which htmx would put the page."""
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def live(site: AdminSite, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view whose answer htmx puts into a page: no sign-in page may come into it."""
    guarded = site.admin_view(view)

    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "HX-Request" in request.headers and not site.has_permission(request):
            return HttpResponse("You are signed out.", status=401)
        return guarded(request, *args, **kwargs)

    return answer
