"""What staff can do with one notification; each asks first, by POST, and names its permission."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from movies.admin.records import lead_to
from notifications import services
from notifications.admin import dialogs, muting
from notifications.admin.answers import answer, answer_written
from notifications.admin.dialogs import SettleQuestion
from notifications.admin.several import Several
from notifications.models import Notification
from notifications.states import ARRIVED, NEEDS_REVIEW, RETRIED, WAITING, State


def asking(description: str, question: type[dialogs.Question], **options: Any) -> Any:
    """Name an action that asks first; without a dialog Unfold would run it on a plain GET."""
    options.setdefault("permissions", ["view", "retry"])
    # Its title is the form's own.
    dialog = {"title": description, "form_class": question}
    return action(description=description, dialog=dialog, **options)


def useful(row: Notification) -> set[str]:
    """Return the names of the actions that have something to do in the state of a row."""
    wanted = {
        "send_now": row.state in WAITING and row.has_text and not row.is_due,
        "retry": row.state in RETRIED and row.has_text,
        "settle": row.state == State.UNCERTAIN,
        "copy": row.state in ARRIVED and row.has_text,
        "cancel": row.state in WAITING,
        "review": row.state in NEEDS_REVIEW and row.reviewed_at is None,
        "mute": True,
    }
    return {name for name, is_useful in wanted.items() if is_useful}


class Actions(muting.Testing, Several):
    actions_list = ("send_test",)
    actions_detail = (
        "send_now",
        "retry",
        "settle",
        {"title": "More", "items": ["copy", "cancel", "review", "mute"]},
    )

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        """Leave out the buttons that have nothing to do in the state of this row."""
        row = cast(Notification | None, self.get_object(request, str(object_id)))
        wanted = useful(row) if row else set()
        allowed = super().get_actions_detail(request, object_id)
        return [one for one in allowed if one.path.replace("-", "_") in wanted]

    @asking(
        "Send now",
        dialogs.SendNowQuestion,
        icon="send",
        variant=ActionVariant.PRIMARY,
        url_path="send-now",
    )
    def send_now(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._did(request, form, "Goes out now", services.send_now, services.SENT_NOW)

    @asking("Retry", dialogs.RetryQuestion, icon="refresh", variant=ActionVariant.PRIMARY)
    def retry(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._did(request, form, "Queued again", services.retry, services.TRIED_AGAIN)

    @asking("Settle", SettleQuestion, icon="help", variant=ActionVariant.PRIMARY)
    def settle(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        if form.cleaned_data["answer"] == SettleQuestion.ARRIVED:
            word, do = "Settled, it arrived", services.settle_arrived
        else:
            word, do = "Settled, sent again", services.settle_again
        return self._did(request, form, word, do, services.SETTLED)

    @asking("Send a copy", dialogs.CopyQuestion, icon="forward_to_inbox")
    def copy(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        notification, token = form.notification, str(form.cleaned_data["token"])
        if "copy" in useful(notification):
            copy = services.resend_copy(notification, _user(request), token)
            answer_written(request, "A copy goes out", copy, notification)
        else:
            answer(request, "", [notification.pk], [], services.COPIED)
        return _back_to(request, notification)

    @asking("Cancel", dialogs.CancelQuestion, icon="block")
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self._did(request, form, "Cancelled", services.cancel, services.CANCELLED)

    @asking("Mark as reviewed", dialogs.ReviewQuestion, icon="done", permissions=["view", "review"])
    def review(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        note = form.cleaned_data["note"]

        def review(pks: Sequence[int], user: User) -> list[int]:
            return services.mark_reviewed(pks, user, note)

        return self._did(request, form, "Reviewed", review, services.REVIEWED)

    @asking(
        "Mute its kind",
        dialogs.MuteQuestion,
        icon="notifications_off",
        permissions=["view", "mute"],
    )
    def mute(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        muting.mute(request, form)
        return _back_to(request, form.notification)

    def _did(self, request: HttpRequest, form: Any, word: str, do: Any, did: str) -> HttpResponse:
        pk = form.notification.pk
        answer(request, word, [pk], do([pk], _user(request)), did)
        return _back_to(request, form.notification)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _back_to(request: HttpRequest, notification: Notification) -> HttpResponse:
    url = reverse("admin:notifications_notification_change", args=[notification.pk])
    return lead_to(request, url)
