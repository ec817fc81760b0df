"""What staff can do with a re-fill that was started: hold it, end it, try again what failed.

Pausing and resuming act at once; what spends calls or cannot be undone asks first.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from movies import batches, formats, labels
from movies.admin import refill_question
from movies.admin.parts import Ask, link, person
from movies.admin.records import lead_to
from movies.models import Refill, RefillItem


class Question(BaseDialogForm):
    """A question about one re-fill; its title and its button are one."""

    @cached_property
    def refill(self) -> Refill:
        # An id that is no number is that of no re-fill.
        found = admin.site.get_model_admin(Refill).get_object(self.request, str(self.object_id))
        if found is None:
            raise Http404
        return found


class CancelQuestion(Question):
    stay = "Keep going"

    @cached_property
    def waiting(self) -> str:
        waiting = self.refill.items.filter(state="waiting").count()
        return formats.counted(waiting, "film")

    @property
    def title(self) -> str:
        return f"Cancel {self.waiting} not yet started?"

    @property
    def description(self) -> str:
        done = self.refill.ended
        return f"The {formats.number(done)} done {'stays' if done == 1 else 'stay'} done."

    @property
    def button(self) -> str:
        return f"Cancel {self.waiting}"


class RetryQuestion(Question):
    stay = "Leave them"

    @cached_property
    def cost(self) -> batches.RefillCost:
        return batches.retry_cost(self.refill)

    @property
    def button(self) -> str:
        if not self.cost.films:
            return "Look again"
        return f"Retry {formats.counted(self.cost.films, 'failed film')}"

    @property
    def title(self) -> str:
        return f"{self.button}?" if self.cost.films else "Nothing to retry"

    @property
    def description(self) -> SafeString | str:
        return refill_question.cost_to_retry(self.cost)


class RefillOperations(ModelAdmin):
    """Adds to the page of a re-fill what operators can do with it."""

    actions_detail = ("cancel_rest", "retry_failed")

    def has_operate_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("movies.refill_movie")

    def get_urls(self) -> list[URLPattern]:
        views = {"pause": self.pause_view, "resume": self.resume_view}
        pages = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"movies_refill_{name}",
            )
            for name, view in views.items()
        ]
        return [*pages, *super().get_urls()]

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        """Return none: they stand in the part of the page that renews itself."""
        return []

    def pause_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._do(request, pk, batches.PAUSED, batches.pause)

    def resume_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._do(request, pk, batches.RESUMED, batches.resume)

    @action(
        description="Cancel the rest",
        permissions=["view", "operate"],
        dialog={"title": "Cancel the rest", "form_class": CancelQuestion},
    )
    def cancel_rest(self, request: HttpRequest, form: Question, object_id: str) -> HttpResponse:
        return self._did(request, form.refill, batches.CANCELLED, batches.cancel_rest)

    @action(
        description="Retry failed",
        permissions=["view", "operate"],
        dialog={"title": "Retry failed", "form_class": RetryQuestion},
    )
    def retry_failed(self, request: HttpRequest, form: Question, object_id: str) -> HttpResponse:
        return self._did(request, form.refill, batches.RETRIED, batches.retry_failed)

    def _do(self, request: HttpRequest, pk: int, word: str, do: Callable[..., Any]) -> HttpResponse:
        allowed = self.has_view_permission(request) and self.has_operate_permission(request)
        if not allowed:
            raise PermissionDenied
        refill = Refill.objects.filter(pk=pk).first()
        if refill is None:
            raise Http404
        return self._did(request, refill, word, do)

    def _did(
        self, request: HttpRequest, refill: Refill, word: str, do: Callable[..., int | bool]
    ) -> HttpResponse:
        done = do(refill, cast(User, request.user))
        answer(request, refill, word, done)
        return lead_to(request, reverse("admin:movies_refill_change", args=[refill.pk]))


def answer(request: HttpRequest, refill: Refill, word: str, done: int | bool) -> None:
    """Say `word` of a re-fill, with how many films if it is a number; or who was first."""
    linked = link(refill)
    last = _last_entry(refill)
    if done:
        films = "" if done is True else f" {formats.counted(done, 'film')}"
        messages.success(request, format_html("{}{}: {}.", word, films, linked))
    elif last and last.get_change_message().startswith(word) and not _left_failed(refill, word):
        who, when = person(last.user), formats.clock(last.action_time)
        messages.info(request, format_html("Already done by {}, {}: {}.", who, when, linked))
    else:
        messages.info(request, format_html("Nothing needed to be done: {}.", linked))


def _left_failed(refill: Refill, word: str) -> bool:
    """Return whether others fetch the films that failed, rather than that somebody was first."""
    failed = refill.items.filter(state=RefillItem.State.FAILED)
    return word == batches.RETRIED and failed.exists()


def _last_entry(refill: Refill) -> LogEntry | None:
    """Return what staff did last to a re-fill."""
    this = ContentType.objects.get_for_model(Refill)
    entries = LogEntry.objects.filter(content_type=this, object_id=str(refill.pk))
    return entries.select_related("user").order_by("-action_time", "-pk").first()


def acts_at_once(refill: Any) -> Ask | None:
    """Return the button that asks nothing, while there is something to hold or to let go on.

    Of a re-fill read through `with_progress()`.
    """
    if _is_over(refill):
        return None
    if refill.paused_at or labels.is_held(refill):
        return _button(refill, "resume", "Resume")
    return _button(refill, "pause", "Pause")


def ask_first(refill: Any) -> list[Ask]:
    """Return the buttons that ask first, of a re-fill read through `with_progress()`."""
    found = []
    if not _is_over(refill) and refill.open > refill.running:
        found.append(_button(refill, "cancel_rest", "Cancel the rest…"))
    if refill.failed:
        words = f"Retry {formats.number(refill.failed)} failed…"
        found.append(_button(refill, "retry_failed", words))
    return found


def _is_over(refill: Refill) -> bool:
    return bool(refill.finished_at or refill.cancelled_at)


def _button(refill: Refill, name: str, words: str) -> Ask:
    url = reverse(f"admin:movies_refill_{name}", args=[refill.pk])
    return Ask(words, url, f"refill-{name}")
