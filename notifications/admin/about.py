"""What notifications are about, linked to its page for whoever may open it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies.admin.parts import link


def attach_about(notifications: Iterable[Any], request: HttpRequest) -> None:
    """Give each row its `about_link`: one query for each kind of thing, however many rows."""
    wanted: dict[int, set[int]] = {}
    for row in notifications:
        if row.content_type_id:
            wanted.setdefault(row.content_type_id, set()).add(row.object_id)
    found = {kind: _things(kind, pks, request) for kind, pks in wanted.items()}
    for row in notifications:
        row.about_link = _words(row, found.get(row.content_type_id, {}).get(row.object_id))


def _things(kind: int, pks: set[int], request: HttpRequest) -> dict[int, Model]:
    """Return those that still exist, none if they have no page or the reader may not see it."""
    model = ContentType.objects.get_for_id(kind).model_class()
    if model is None or not admin.site.is_registered(model):
        return {}
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return {}
    return model._default_manager.only("pk").in_bulk(pks)


def _words(notification: Any, thing: Model | None) -> SafeString:
    # What it was called then: a film may have another title by now.
    words = notification.about_text or notification.subject
    # Isolated: a right-to-left override in a term must not turn the rest of the page.
    return link(thing, words) if thing else format_html("<bdi>{}</bdi>", words)
