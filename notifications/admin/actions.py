"""What staff can do with notifications; each asks first, by POST, and names its permission."""

from typing import cast

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from movies.admin.parts import link, person
from movies.formats import clock, counted
from notifications import services
from notifications.delivery import MAX_ATTEMPTS
from notifications.models import Notification
from notifications.querysets import NotificationQuerySet

# Without a dialog Unfold would run an action of the page on a plain GET.
RETRY_DIALOG = {
    "title": "Retry this notification?",
    "description": f"It is mailed to every admin, in up to {MAX_ATTEMPTS} attempts.",
    "form_submit_text": "Retry",
}
REVIEW_DIALOG = {
    "title": "Mark this failure as reviewed?",
    "description": "It leaves the list of what needs somebody, for everybody. Nothing is sent.",
    "form_submit_text": "Mark as reviewed",
}


class Actions(ModelAdmin):
    actions = ("retry_selected", "review_selected")
    actions_detail = ("retry", "review")

    def has_retry_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("notifications.retry_notification")

    def has_review_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("notifications.review_notification")

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[UnfoldAction]:
        """Leave out the buttons that have nothing to do in the state of this row."""
        row = Notification.objects.filter(pk=object_id, state=Notification.State.FAILED)
        useful = {"retry": row.exists(), "review": row.needs_review().exists()}
        allowed = super().get_actions_detail(request, object_id)
        return [one for one in allowed if useful[one.path]]

    @action(
        description="Retry",
        icon="refresh",
        permissions=["retry"],
        variant=ActionVariant.PRIMARY,
        dialog=RETRY_DIALOG,
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        notification = self._notification(request, object_id)
        failed = notification.state == Notification.State.FAILED
        done = failed and services.retry(notification, cast(User, request.user))
        return _answer(request, notification, done=done, word="Queued again")

    @action(
        description="Mark as reviewed", icon="done", permissions=["review"], dialog=REVIEW_DIALOG
    )
    def review(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        notification = self._notification(request, object_id)
        done = services.mark_reviewed([notification], cast(User, request.user))
        return _answer(request, notification, done=bool(done), word="Reviewed")

    @action(description="Retry", permissions=["retry"])
    def retry_selected(
        self, request: HttpRequest, queryset: NotificationQuerySet
    ) -> TemplateResponse | None:
        failed = queryset.filter(state=Notification.State.FAILED)
        count = failed.count()
        if count and "confirmed" not in request.POST:
            return self._ask_before_retrying(request, count)
        user = cast(User, request.user)
        done = sum(services.retry(notification, user) for notification in failed)
        messages.info(request, f"{done:,} queued again. Only failed ones are retried.")
        return None

    @action(description="Mark as reviewed", permissions=["review"])
    def review_selected(self, request: HttpRequest, queryset: NotificationQuerySet) -> None:
        done = services.mark_reviewed(queryset.needs_review(), cast(User, request.user))
        messages.info(request, f"{done:,} marked as reviewed. Only failed ones need it.")

    def _ask_before_retrying(self, request: HttpRequest, count: int) -> TemplateResponse:
        retry = f"Retry {counted(count, 'notification')}"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{retry}?",
            "button": retry,
            "count": count,
            "most": MAX_ATTEMPTS,
            "checkbox": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "notifications/confirm_retry.html", context)

    def _notification(self, request: HttpRequest, object_id: str) -> Notification:
        notification = self.get_object(request, object_id)
        if notification is None:
            raise Http404
        return cast(Notification, notification)


def _answer(
    request: HttpRequest, notification: Notification, *, done: bool, word: str
) -> HttpResponse:
    """Say what was done, or who had done it before; lead back to the notification."""
    url = reverse("admin:notifications_notification_change", args=[notification.pk])
    if done:
        messages.success(request, format_html("{}: {}.", word, link(notification)))
    else:
        messages.info(request, _who_was_first(notification))
    if "HX-Request" in request.headers:  # htmx would put a redirect's page into the dialog
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _who_was_first(notification: Notification) -> str:
    entry = services.last_action(notification)
    if entry is None:
        return "Nothing was changed: it has not failed."
    return format_html("Already done by {}, {}.", person(entry.user), clock(entry.action_time))
