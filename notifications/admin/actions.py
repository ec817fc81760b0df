"""What staff can do with notifications; each asks first, by POST, and names its permission."""

from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from movies.admin.records import lead_to
from notifications import services
from notifications.admin.answers import answer
from notifications.admin.retrying import RetryingSeveral
from notifications.delivery import MAX_ATTEMPTS
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

# Without a dialog Unfold would run an action of the page on a plain GET.
RETRY_DIALOG = {
    "title": "Retry this notification?",
    "description": f"It is mailed to every admin, in up to {MAX_ATTEMPTS} attempts.",
    "form_submit_text": "Retry",
    "stay": "Leave it failed",
}
REVIEW_DIALOG = {
    "title": "Mark this failure as reviewed?",
    "description": "It leaves the list of what needs somebody, for everybody. Nothing is sent.",
    "form_submit_text": "Mark as reviewed",
    "stay": "Keep it on the list",
}


class Actions(RetryingSeveral):
    actions = ("retry_selected", "review_selected")
    actions_detail = ("retry", "review")

    def has_review_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Return whether they may review; nobody does anything with what they may not see."""
        may = request.user.has_perm("notifications.review_notification")
        return may and bool(self.has_view_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        """Leave out the buttons that have nothing to do in the state of this row."""
        row = cast(Notification | None, self.get_object(request, str(object_id)))
        failed = row is not None and row.state == Notification.State.FAILED
        unseen = row is not None and row.reviewed_at is None
        useful = {"retry": failed, "review": failed and unseen}
        allowed = super().get_actions_detail(request, object_id)
        return [one for one in allowed if useful[one.path]]

    @action(
        description="Retry",
        icon="refresh",
        permissions=["view", "retry"],
        variant=ActionVariant.PRIMARY,
        dialog=RETRY_DIALOG,
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        notification = self._notification(request, object_id)
        done = services.retry([notification.pk], cast(User, request.user))
        return _back_to(request, notification, "Queued again", done)

    @action(
        description="Mark as reviewed",
        icon="done",
        permissions=["view", "review"],
        dialog=REVIEW_DIALOG,
    )
    def review(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        notification = self._notification(request, object_id)
        done = services.mark_reviewed([notification.pk], cast(User, request.user))
        return _back_to(request, notification, "Reviewed", done)

    # Django offers an action to whoever has any one of its permissions.
    @action(description="Mark as reviewed", permissions=["review"])
    def review_selected(self, request: HttpRequest, queryset: NotificationQuerySet) -> None:
        pks = list(queryset.values_list("pk", flat=True))
        done = services.mark_reviewed(pks, cast(User, request.user))
        answer(request, "Reviewed", pks, done)

    def _notification(self, request: HttpRequest, object_id: str) -> Notification:
        notification = self.get_object(request, object_id)
        if notification is None:
            raise Http404
        return cast(Notification, notification)


def _back_to(
    request: HttpRequest, notification: Notification, word: str, done: list[int]
) -> HttpResponse:
    answer(request, word, [notification.pk], done)
    url = reverse("admin:notifications_notification_change", args=[notification.pk])
    return lead_to(request, url)
