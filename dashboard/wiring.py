"""Which signals the product uses and who hears them, as this process has them connected."""

import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axes.signals import user_locked_out
from celery import signals as celery_signals
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from movies import signals
from movies.admin.parts import Table, link
from movies.formats import NOTHING, counted, moment
from notifications.models import Notification, Origin
from notifications.receivers import LEADS_TO

# Every signal that the product sends or hears, and what it tells of.
USED: tuple[tuple[str, Any, str], ...] = (
    ("post_save", post_save, "A row was saved"),
    ("movie_filled", signals.movie_filled, "A film's details were fetched"),
    ("search_finished", signals.search_finished, "A search ended"),
    ("refill_finished", signals.refill_finished, "A re-fill is done"),
    ("before_task_publish", celery_signals.before_task_publish, "A task is put into its queue"),
    ("task_prerun", celery_signals.task_prerun, "A task begins"),
    ("task_postrun", celery_signals.task_postrun, "A task ended"),
    ("task_failure", celery_signals.task_failure, "A task failed"),
    ("task_retry", celery_signals.task_retry, "A task is tried again"),
    ("worker_init", celery_signals.worker_init, "A worker starts"),
    ("worker_process_shutdown", celery_signals.worker_process_shutdown, "A worker's process ends"),
    ("worker_shutdown", celery_signals.worker_shutdown, "A worker ends"),
    ("user_logged_in", user_logged_in, "Somebody signed in"),
    ("user_login_failed", user_login_failed, "Somebody failed to sign in"),
    ("user_locked_out", user_locked_out, "Somebody is locked out for a while"),
)


COLUMNS = ("Receiver", "Module", "Heard from", "Known as", "Kept", "Last notification")


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver of a signal, and the last notification that it led to, if it writes any."""

    module: str
    name: str
    sender: str
    dispatch_uid: str
    is_weak: bool
    is_twice: bool
    last: Notification | None

    def cells(self) -> tuple[object, ...]:
        return (
            f"{self.name} (twice)" if self.is_twice else self.name,
            self.module,
            self.sender,
            self.dispatch_uid or NOTHING,
            "Weakly" if self.is_weak else "Strongly",
            link(self.last, moment(self.last.created_at)) if self.last else NOTHING,
        )


@dataclass(frozen=True, slots=True)
class Wire:
    """One signal and its receivers."""

    name: str
    tells: str
    receivers: list[Receiver]

    @property
    def table(self) -> Table:
        rows = [receiver.cells() for receiver in self.receivers]
        return Table(COLUMNS, rows, empty="Nobody hears it here.", is_wide=True)


@require_safe
@permission_required("notifications.view_notification", raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    found = wires()
    context = {
        **admin.site.each_context(request),
        "title": "Signals",
        "answer": _answer(found),
        "wires": found,
    }
    return TemplateResponse(request, "dashboard/signals.html", context)


def wires() -> list[Wire]:
    """Return every signal that is used, with who hears it in this process."""
    return [Wire(name, tells, _receivers(signal)) for name, signal, tells in USED]


def _answer(found: list[Wire]) -> str:
    receivers = [receiver for wire in found for receiver in wire.receivers]
    if twice := sorted({receiver.name for receiver in receivers if receiver.is_twice}):
        return f"Connected twice, and so heard twice: {', '.join(twice)}."
    heard = counted(len(receivers), "receiver")
    return f"{counted(len(found), 'signal')} and {heard}, each connected once."


def _receivers(signal: Any) -> list[Receiver]:
    # Django's entries end with whether it is async; Celery's do not.
    entries = [(key, _alive(kept), kept) for key, kept, *_ in signal.receivers or ()]
    living = [(key, function, kept) for key, function, kept in entries if function]
    heard = Counter((_named(function), key[1]) for key, function, _ in living)
    return [
        Receiver(
            module=function.__module__,
            name=function.__qualname__,
            sender=_sender(key[1]),
            dispatch_uid=key[0] if isinstance(key[0], str) else "",
            is_weak=isinstance(kept, weakref.ReferenceType),
            is_twice=heard[_named(function), key[1]] > 1,
            last=_last(key[0]),
        )
        for key, function, kept in living
    ]


def _alive(kept: Any) -> Callable[..., Any] | None:
    return kept() if isinstance(kept, weakref.ReferenceType) else kept


def _named(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _sender(identity: int) -> str:
    """Return whose signals are heard; signals know their senders by their place in memory."""
    if identity == id(None):
        return "Anybody"
    models = {id(model): model._meta.label for model in apps.get_models()}
    return models.get(identity, "Another object")


def _last(dispatch_uid: object) -> Notification | None:
    """Return the newest notification that a receiver of ours wrote, if it writes any."""
    kind = LEADS_TO.get(str(dispatch_uid))
    if kind is None:
        return None
    written = Notification.objects.filter(kind=kind, origin=Origin.SIGNAL).without_bodies()
    return written.order_by("-created_at", "-pk").first()
