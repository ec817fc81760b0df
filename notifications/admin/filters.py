"""What the log of notifications can be narrowed to."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from notifications import kinds
from notifications.models import Notification


class KindFilter(admin.SimpleListFilter):
    """The registered kinds by their labels; asking the table would read all of it."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(kind.name, kind.label) for kind in kinds.registered()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Notification]
    ) -> QuerySet[Notification]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ReviewFilter(admin.SimpleListFilter):
    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("open", "Not reviewed yet")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Notification]
    ) -> QuerySet[Notification]:
        unseen = Notification.objects.needs_review()
        return queryset & unseen if self.value() == "open" else queryset
