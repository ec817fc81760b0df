"""What the audit log can be narrowed to, and how far a search in it looks."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst

from movies.admin.parts import person
from movies.filters import ChoiceFilter, DayFilter
from movies.formats import moment, number
from notifications.admin.bounds import MOST_SEARCHED

VERBS = {ADDITION: "Added", CHANGE: "Changed", DELETION: "Removed"}

type Lookups = list[tuple[str, str]]


class WhoFilter(ChoiceFilter):
    """Those who did something; an index finds one entry of each."""

    title = "who"
    parameter_name = "who"
    field = "user"

    def lookups(self, request: HttpRequest, model_admin: object) -> Lookups:
        entries = LogEntry.objects.order_by().filter(user=OuterRef("pk"))
        users = User.objects.filter(Exists(entries)).order_by("username")
        return [(str(user.pk), person(user)) for user in users]


class VerbFilter(ChoiceFilter):
    title = "kind of action"
    parameter_name = "verb"
    field = "action_flag"

    def lookups(self, request: HttpRequest, model_admin: object) -> Lookups:
        return [(str(flag), verb) for flag, verb in VERBS.items()]


class KindFilter(ChoiceFilter):
    """The kinds of rows that anything was done to."""

    title = "about"
    parameter_name = "kind"
    field = "content_type"

    def lookups(self, request: HttpRequest, model_admin: object) -> Lookups:
        entries = LogEntry.objects.order_by().filter(content_type=OuterRef("pk"))
        kinds = [
            (str(found.pk), capfirst(str(model._meta.verbose_name)))
            for found in ContentType.objects.filter(Exists(entries))
            if (model := found.model_class())
        ]
        return sorted(kinds, key=lambda choice: choice[1])


class PeriodFilter(DayFilter):
    field = "action_time"


def searchable(request: HttpRequest, entries: QuerySet[Any]) -> QuerySet[Any]:
    """Return the newest of `entries`; if these are not all, the page says from when on."""
    newest = entries.order_by("-id").values_list("id", "action_time")
    last = list(newest[MOST_SEARCHED - 1 : MOST_SEARCHED + 1])
    if len(last) < 2:
        return entries
    oldest, at = last[0]
    vars(request)["search_note"] = format_html(
        "Searched the newest {}, back to {}.", number(MOST_SEARCHED), moment(at)
    )
    return entries.filter(pk__gte=oldest)
