"""Re-filling films: the question with its cost, and the start."""

import uuid
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
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
from movies.admin import refill_choice, refill_question
from movies.admin.parts import link, person
from movies.admin.refill_choice import Chosen
from movies.models import Movie, Refill

# Film ids that one line of the admin's log names.
LOGGED = 100


class RefillForm(forms.Form):
    """What the question was answered with; `token` tells one pressing twice from two wishes."""

    choice = forms.ChoiceField(choices=[("incomplete", ""), ("all", "")])
    reason = forms.CharField(max_length=200, required=False)
    token = forms.UUIDField()


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
        if request.POST.get("select_across") == "1":
            return ask(request, refill_choice.found(request, request.GET.urlencode()))
        return ask(request, refill_choice.ticked(list(queryset.values_list("pk", flat=True))))

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
        return ask(request, refill_choice.ticked([film.pk] if film else []))

    def start_refill(self, request: HttpRequest) -> HttpResponse:
        """Start what was asked for; the same confirmation starts nothing twice."""
        if not self.has_refill_permission(request):
            raise PermissionDenied
        form = RefillForm(request.POST)
        chosen = refill_choice.named(request)
        if not form.is_valid() or chosen is None:
            messages.error(request, "Nothing was re-filled: choose the films again.")
            return HttpResponseRedirect(reverse(refill_choice.FILMS))
        level, words = _start(chosen, form.cleaned_data, cast(User, request.user))
        messages.add_message(request, level, words)
        return HttpResponseRedirect(chosen.back)


def ask(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """Show the question: which films, what that takes of the day's calls."""
    cost = services.refill_cost(chosen.films)
    if not cost.films:
        words = _already(chosen) or "These films are gone. Nothing was re-filled."
        messages.warning(request, words)
        return HttpResponseRedirect(chosen.back)
    context = {
        **admin.site.each_context(request),
        "opts": Movie._meta,
        "title": refill_question.title(cost, chosen.films),
        "state": refill_question.state(cost),
        "choices": (choices := refill_question.choices(cost)),
        # All that is complete is asked for again only by somebody who says so.
        "preset": choices[0].value if cost.incomplete or cost.films == 1 else "",
        "is_choice": cost.complete and cost.films > 1,
        "fields": chosen.fields,
        "token": uuid.uuid4(),
        "back": chosen.back,
    }
    return TemplateResponse(request, "admin/refill_films.html", context)


def _start(chosen: Chosen, answer: dict[str, Any], user: User) -> tuple[int, SafeString | str]:
    with transaction.atomic():
        # Somebody who presses twice waits here for what their first press did.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        first = Refill.objects.filter(request_id=answer["token"]).first()
        if first:
            return messages.INFO, _done_by(first)
        refill = services.refill(
            chosen.films,
            user=user,
            reason=answer["reason"],
            include_complete=answer["choice"] == "all",
        )
        if refill is None:
            words = _already(chosen) or "Nothing to re-fill: these films are complete."
            return messages.INFO, words
        Refill.objects.filter(pk=refill.pk).update(request_id=answer["token"])
        _log(refill, user)
    films = formats.counted(refill.films, "film")
    return messages.SUCCESS, format_html("{} started: {}.", link(refill), films)


def _already(chosen: Chosen) -> SafeString | str:
    """Return who started a re-fill of these films before, or nothing."""
    first = services.started_before(chosen.films)
    return _done_by(first) if first else ""


def _done_by(first: Refill) -> SafeString:
    who, when = person(first.requested_by), formats.clock(first.created_at)
    return format_html("Already done by {}, {}: {}.", who, when, link(first))


def _log(refill: Refill, user: User) -> None:
    items = refill.items.order_by("pk")
    ids = list(items.values_list("movie__imdb_id", flat=True)[:LOGGED])
    left = refill.films - len(ids)
    more = f" and {formats.number(left)} more" if left else ""
    words = f"Re-fill of {formats.counted(refill.films, 'film')}: {', '.join(ids)}{more}."
    LogEntry.objects.log_actions(user.pk, [refill], ADDITION, words, single_object=True)
