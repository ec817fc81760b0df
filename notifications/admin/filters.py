"""What the log of notifications can be narrowed to."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from movies.filters import ChoiceFilter
from notifications import kinds
from notifications.models import Notification

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
        return [(str(value), str(words)) for value, words in Notification.Origin.choices]


class ReviewFilter(ChoiceFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("open", "Not reviewed yet")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset & Notification.objects.needs_review() if self.value() else queryset
