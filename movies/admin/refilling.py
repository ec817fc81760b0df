"""Re-filling films: the question with its cost, and the start."""

import re
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.enums import ActionVariant

from movies import formats, services
from movies.admin import refill_question
from movies.admin.parts import link, person
from movies.models import Movie, Refill

# Film ids that one line of the admin's log names.
LOGGED = 100


class RefillForm(forms.Form):
    """What the question was answered with; `token` tells one pressing twice from two wishes."""

    films = forms.CharField()
    choice = forms.ChoiceField(choices=[("incomplete", ""), ("all", "")])
    reason = forms.CharField(max_length=200, required=False)
    token = forms.UUIDField()

    def clean_films(self) -> list[int]:
        texts = self.cleaned_data["films"].split(",")
        if not all(re.fullmatch("[0-9]{1,18}", text) for text in texts):
            raise forms.ValidationError("These are no films.")
        return [int(text) for text in texts]


class RefillActions(ModelAdmin):
    """Adds to the films' admin what asks for a re-fill and starts it."""

    actions = ("refill_selected",)
    actions_detail = ("refill_one",)

    def has_refill_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("movies.refill_movie")

    def get_urls(self) -> list[URLPattern]:
        start = self.admin_site.admin_view(require_POST(self.start_refill))
        return [path("refill/", start, name="movies_movie_refill"), *super().get_urls()]

    # Django offers an action to whoever has any one of its permissions.
    @action(description="Re-fill from OMDb", permissions=["refill"])
    def refill_selected(self, request: HttpRequest, queryset: QuerySet[Movie]) -> HttpResponse:
        return self.ask(request, list(queryset.order_by("pk").values_list("pk", flat=True)))

    # Without a dialog Unfold calls this on a plain GET: it only asks.
    @action(
        description="Re-fill from OMDb",
        url_path="refill",
        icon="download",
        permissions=["view", "refill"],
        variant=ActionVariant.PRIMARY,
    )
    def refill_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        film = self.get_object(request, object_id)
        return self.ask(request, [film.pk] if film else [])

    def ask(self, request: HttpRequest, pks: Sequence[int]) -> HttpResponse:
        """Show the question: which films, what that takes of the day's calls."""
        cost = services.refill_cost(pks)
        if not cost.films:
            messages.warning(request, "These films are gone. Nothing was re-filled.")
            return HttpResponseRedirect(_back(pks))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": refill_question.title(cost, pks),
            "state": refill_question.state(cost),
            "choices": (choices := refill_question.choices(cost)),
            # All that is complete is asked for again only by somebody who says so.
            "preset": choices[0].value if cost.incomplete or cost.films == 1 else "",
            "is_choice": cost.complete and cost.films > 1,
            "films": ",".join(map(str, pks)),
            "token": uuid.uuid4(),
            "back": _back(pks),
        }
        return TemplateResponse(request, "admin/refill_films.html", context)

    def start_refill(self, request: HttpRequest) -> HttpResponse:
        """Start what was asked for; the same confirmation starts nothing twice."""
        if not self.has_refill_permission(request):
            raise PermissionDenied
        form = RefillForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Nothing was re-filled: choose the films again.")
            return HttpResponseRedirect(_back([]))
        level, words = _start(form.cleaned_data, cast(User, request.user))
        messages.add_message(request, level, words)
        return HttpResponseRedirect(_back(form.cleaned_data["films"]))


def _start(answer: dict[str, Any], user: User) -> tuple[int, SafeString | str]:
    with transaction.atomic():
        # Somebody who presses twice waits here for what their first press did.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if first := _started_before(answer["token"]):
            return messages.INFO, first
        refill = services.refill(
            answer["films"],
            user=user,
            reason=answer["reason"],
            include_complete=answer["choice"] == "all",
        )
        if refill is None:
            return messages.INFO, "Nothing to re-fill: these films are complete."
        Refill.objects.filter(pk=refill.pk).update(request_id=answer["token"])
        count = _log(refill, user)
    films = formats.counted(count, "film")
    return messages.SUCCESS, format_html("{} started: {}.", link(refill), films)


def _started_before(token: uuid.UUID) -> SafeString | str:
    """Return who answered this very question before, or nothing."""
    first = Refill.objects.select_related("requested_by").filter(request_id=token).first()
    if first is None:
        return ""
    who, when = person(first.requested_by), formats.clock(first.created_at)
    return format_html("Already done by {}, {}: {}.", who, when, link(first))


def _log(refill: Refill, user: User) -> int:
    count = refill.items.count()
    ids = list(refill.items.values_list("movie__imdb_id", flat=True)[:LOGGED])
    more = f" and {formats.number(count - len(ids))} more" if count > len(ids) else ""
    words = f"Re-fill of {formats.counted(count, 'film')}: {', '.join(ids)}{more}."
    LogEntry.objects.log_actions(user.pk, [refill], ADDITION, words, single_object=True)
    return count


def _back(pks: Sequence[int]) -> str:
    if len(pks) == 1 and Movie.objects.filter(pk=pks[0]).exists():
        return reverse("admin:movies_movie_change", args=[pks[0]])
    return reverse("admin:movies_movie_changelist")
