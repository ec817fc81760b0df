"""Muting a kind, and sending a test: what can be done from the log and from the kinds."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import action

from movies.admin.records import lead_to
from movies.formats import clock
from notifications import services
from notifications.admin.answers import answer_policy, answer_written
from notifications.admin.dialogs import MuteQuestion, TestQuestion
from notifications.models import KindPolicy

# A second press for the same time is the same wish.
PRESSED_TWICE = timedelta(minutes=1)


class Testing(ModelAdmin):
    """Adds the button that has a test mailed, for whoever may have notifications mailed."""

    def has_test_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(request.user.has_perm("notifications.retry_notification"))

    @action(
        description="Send a test",
        url_path="send-test",
        icon="outgoing_mail",
        permissions=["view", "test"],
        dialog={"title": "Send a test", "form_class": TestQuestion},
    )
    def send_test(self, request: HttpRequest, form: Any) -> HttpResponse:
        return self.send_test_from(request, form)

    def send_test_from(self, request: HttpRequest, form: Any) -> HttpResponse:
        """Have it mailed, and lead to the list, where it says so."""
        token = str(form.cleaned_data["token"])
        test = services.send_test(cast(User, request.user), token)
        answer_written(request, "A test goes out", test)
        page = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return lead_to(request, reverse(page))


def mute(request: HttpRequest, question: MuteQuestion) -> None:
    """Mute the kind as it was answered, and say so."""
    mute_kind(request, question.policy, question.cleaned_data["until"])


def mute_kind(request: HttpRequest, policy: KindPolicy, until: datetime | None) -> None:
    """Mute a kind until a moment, or no longer, and say so; the same twice is one entry."""
    before = policy.muted_until
    if until is None:
        is_new, words = before is not None, "Mailed again"
    else:
        is_new = before is None or abs(before - until) > PRESSED_TWICE
        words = format_html("Muted until {}", clock(until))
    if is_new:
        policy = services.mute(policy.kind, until, cast(User, request.user))
    did = services.MUTED if until else services.UNMUTED
    answer_policy(request, words, policy, is_new, did)
