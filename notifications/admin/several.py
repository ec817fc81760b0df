"""Several notifications at once: the question, and the doing of exactly what it named."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import action

from movies.formats import counted, number
from notifications import services
from notifications.admin.answers import LOG, answer
from notifications.admin.dialogs import admins
from notifications.outcomes import MAX_ATTEMPTS
from notifications.querysets import NotificationQuerySet
from notifications.states import RETRIED, WAITING, State

URL_NAME = "notifications_notification_several"
# What one question names at most.
MOST = 1000

type Doing = Callable[[Sequence[int], User, str], list[int]]
type Answered = HttpResponse | None


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do with several: what its button says, and what is said when it is done."""

    button: str
    done: str
    permission: str
    do: Doing
    # How the audit log begins to word it.
    did: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One question: whom it concerns, what it says, and the verbs that answer it."""

    title: str
    of: Callable[[NotificationQuerySet], NotificationQuerySet]
    explains: str
    stay: str
    verbs: tuple[str, ...]
    takes_note: bool = False


VERBS = {
    "retry": Verb(
        "Retry {}",
        "Queued again",
        "retry",
        lambda pks, user, _: services.retry(pks, user),
        services.TRIED_AGAIN,
    ),
    "send_now": Verb(
        "Send {} now",
        "Go out now",
        "retry",
        lambda pks, user, _: services.send_now(pks, user),
        services.SENT_NOW,
    ),
    "cancel": Verb(
        "Cancel {}",
        "Cancelled",
        "retry",
        lambda pks, user, _: services.cancel(pks, user),
        services.CANCELLED,
    ),
    "arrived": Verb(
        "All arrived",
        "Settled, they arrived",
        "retry",
        lambda pks, user, _: services.settle_arrived(pks, user),
        services.SETTLED,
    ),
    "again": Verb(
        "Send the same mails again",
        "Settled, sent again",
        "retry",
        lambda pks, user, _: services.settle_again(pks, user),
        services.SETTLED,
    ),
    "review": Verb(
        "Mark {} as reviewed", "Reviewed", "review", services.mark_reviewed, services.REVIEWED
    ),
}
ASKS = {
    "retry": Ask(
        "Retry {}?",
        lambda rows: rows.with_text().filter(state__in=RETRIED),
        f"Each is mailed to {{admins}}, in up to {MAX_ATTEMPTS} attempts.",
        "Leave {them} as {they} {are}",
        ("retry",),
    ),
    "send_now": Ask(
        "Send {} now?",
        lambda rows: rows.with_text().not_due().filter(state__in=WAITING),
        "Each is mailed to {admins} by itself, whatever the policy of its kind says.",
        "Let {them} wait",
        ("send_now",),
    ),
    "cancel": Ask(
        "Cancel {}?",
        lambda rows: rows.filter(state__in=WAITING),
        "What is cancelled is not mailed, and stays in the log.",
        "Keep {them}",
        ("cancel",),
    ),
    "settle": Ask(
        "Did {} arrive?",
        lambda rows: rows.filter(state=State.UNCERTAIN),
        "We sent what is asked about, but got no reply.",
        "Not now",
        ("arrived", "again"),
    ),
    "review": Ask(
        "Mark {} as reviewed?",
        lambda rows: rows.needs_review(),
        "What is reviewed leaves the list of what needs somebody, for everybody. Nothing is sent.",
        "Keep {them} on the list",
        ("review",),
        takes_note=True,
    ),
}


class Several(ModelAdmin):
    """Adds to the log what asks before something is done to several, and does it."""

    actions = (
        "retry_selected",
        "send_now_selected",
        "cancel_selected",
        "settle_selected",
        "review_selected",
    )

    def has_retry_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Return whether they may have it mailed; nobody does so with what they may not see."""
        may = request.user.has_perm("notifications.retry_notification")
        return may and bool(self.has_view_permission(request))

    def has_review_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        may = request.user.has_perm("notifications.review_notification")
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

    @action(description="Mark as reviewed", permissions=["review"])
    def review_selected(self, request: HttpRequest, rows: NotificationQuerySet) -> Answered:
        return self._ask(request, rows, "review")

    def _ask(self, request: HttpRequest, rows: NotificationQuerySet, name: str) -> Answered:
        ask = ASKS[name]
        found = _keys(ask.of(rows), MOST + 1)
        if not found:
            answer(request, "", _keys(rows, MOST), [], VERBS[ask.verbs[0]].did)
            return None
        pks = found[:MOST]
        what = counted(len(pks), "notification")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": ask.title.format(what),
            "explains": ask.explains.format(admins=admins()),
            "only": f"Only the newest {number(MOST)}." if len(found) > MOST else "",
            "takes_note": ask.takes_note,
            "buttons": [(verb, VERBS[verb].button.format(what)) for verb in ask.verbs],
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
            note = request.POST.get("note", "")
            done = verb.do(asked, cast(User, request.user), note)
            answer(request, verb.done, asked, done, verb.did)
        else:
            messages.error(request, "Nothing was changed: choose the notifications again.")
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
