"""What the log of notifications can be narrowed to."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from movies.filters import ChoiceFilter, DayFilter
from notifications import kinds
from notifications.models import Notification, Origin

type Rows = QuerySet[Any]


class StateFilter(ChoiceFilter):
    title = "state"
    parameter_name = "state__exact"
    field = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(str(value), str(words)) for value, words in Notification.State.choices]


class KindFilter(ChoiceFilter):
    """The registered kinds by their labels; asking the table would read all of it."""

    title = "kind"
    parameter_name = field = "kind"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(kind.name, kind.label) for kind in kinds.registered()]


class OriginFilter(ChoiceFilter):
    title = "written by"
    parameter_name = "origin__exact"
    field = "origin"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(str(value), str(words)) for value, words in Origin.choices]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        rows = super().queryset(request, queryset)
        # The index of the rare ones is asked only by a query that says what it says.
        is_rare = self.value() not in (None, Origin.SIGNAL)
        return rows.exclude(origin=Origin.SIGNAL) if is_rare else rows


class ReviewFilter(ChoiceFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("open", "Not reviewed yet")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset & Notification.objects.needs_review() if self.value() else queryset


class RefusedFilter(ChoiceFilter):
    title = "recipients"
    parameter_name = "refused"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("some", "Some were refused")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(has_refused=True) if self.value() else queryset


class PeriodFilter(DayFilter):
    title = "written"
