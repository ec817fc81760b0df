"""Several notifications at once: the question, and the doing of exactly what it named."""

import re
from uuid import uuid4

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import action

from movies.formats import counted, number
from notifications import kinds
from notifications.admin.answers import LOG, answer
from notifications.admin.asks import ASKS, CHOOSE_AGAIN, VERBS, kinds_of
from notifications.admin.dialogs import Muting, admins
from notifications.querysets import NotificationQuerySet

URL_NAME = "notifications_notification_several"
# What one question names at most.
MOST = 1000

type Answered = HttpResponse | None


class Several(ModelAdmin):
    """Adds to the log what asks before something is done to several, and does it."""

    actions = (
        "retry_selected",
        "send_now_selected",
        "cancel_selected",
        "settle_selected",
        "copy_selected",
        "review_selected",
        "mute_selected",
    )

    def has_retry_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Return whether they may have it mailed; nobody does so with what they may not see."""
        may = request.user.has_perm("notifications.retry_notification")
        return may and bool(self.has_view_permission(request))

    def has_review_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        may = request.user.has_perm("notifications.review_notification")
        return may and bool(self.has_view_permission(request))

    def has_mute_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        may = request.user.has_perm("notifications.change_kindpolicy")
        return may and bool(self.has_view_permission(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.several))
        return [path("several/", view, name=URL_NAME), *super().get_urls()]

    # Django offers an action to whoever has any one of its permissions.
    @action(description="Retry", permissions=["retry"])
    def retry_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "retry")

    @action(description="Send now", permissions=["retry"])
    def send_now_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "send_now")

    @action(description="Cancel", permissions=["retry"])
    def cancel_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "cancel")

    @action(description="Settle what may have arrived", permissions=["retry"])
    def settle_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "settle")

    @action(description="Send a copy", permissions=["retry"])
    def copy_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "copy")

    @action(description="Mark as reviewed", permissions=["review"])
    def review_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "review")

    @action(description="Mute their kinds", permissions=["mute"])
    def mute_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "mute")

    def _ask(self, request: HttpRequest, rows: NotificationQuerySet, name: str) -> Answered:
        ask = ASKS[name]
        found = _keys(ask.of(rows), MOST + 1)
        if not found:
            answer(request, "", _keys(rows, MOST), [], ask.did)
            return None
        pks = found[:MOST]
        concerned = kinds_of(pks)
        words = {
            "admins": admins(),
            "rows": counted(len(pks), "notification"),
            "kinds": counted(len(concerned), "kind"),
            "labels": ", ".join(kinds.get(kind).label for kind in concerned),
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": ask.title.format(**words),
            "explains": ask.explains.format(**words),
            "only": f"Only the newest {number(MOST)}." if len(found) > MOST else "",
            "takes_note": ask.takes_note,
            "muting": Muting() if ask.mutes else None,
            # Tells one press from two.
            "token": uuid4(),
            "buttons": [(verb, VERBS[verb].button.format(**words)) for verb in ask.verbs],
            "stay": _inflected(ask.stay, len(pks)),
            # Not the filters they were chosen by: what comes meanwhile was not asked about.
            "notifications": ",".join(map(str, pks)),
            "start": f"{reverse(f'admin:{URL_NAME}')}?{self.get_preserved_filters(request)}",
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "notifications/several.html", context)

    def several(self, request: HttpRequest) -> HttpResponse:
        """Do what was answered to those that the question named; lead back to the list."""
        verb = VERBS.get(request.POST.get("verb", ""))
        if not getattr(self, f"has_{verb.permission if verb else 'view'}_permission")(request):
            raise PermissionDenied
        asked = _asked(request.POST.get("notifications", ""))
        if verb and asked:
            verb.do(request, asked)
        else:
            messages.error(request, CHOOSE_AGAIN)
        filters = {"opts": self.opts, "preserved_filters": self.get_preserved_filters(request)}
        return HttpResponseRedirect(add_preserved_filters(filters, reverse(LOG)))


def _keys(rows: NotificationQuerySet, most: int) -> list[int]:
    """Return the keys of the newest."""
    return list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True)[:most])


def _inflected(words: str, count: int) -> str:
    if count == 1:
        return words.format(them="it", they="it", are="is")
    return words.format(them="them", they="they", are="are")


def _asked(text: str) -> list[int]:
    """Return the keys between the commas; none at all if one of them is no key, or too many."""
    keys = text.split(",")
    if len(keys) > MOST or not all(re.fullmatch("[0-9]{1,18}", key) for key in keys):
        return []
    return [int(key) for key in keys]
