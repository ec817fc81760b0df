"""The log of notifications as a reader meets it: its addresses, what is pressed, what is said."""

import re
from html import unescape

from notifications.models import KindPolicy, Notification

LIST = "/admin/notifications/notification/"
SEVERAL = f"{LIST}several/"
KINDS = "/admin/notifications/kindpolicy/"
CONFIRMED = {"_form_submitted": "True"}


def page_of(row: Notification | KindPolicy, action: str = "change") -> str:
    return f"/admin/notifications/{row._meta.model_name}/{row.pk}/{action}/"


def chosen(action: str, *rows: Notification, **more: str) -> dict:
    return {"action": action, "_selected_action": [row.pk for row in rows], "index": "0", **more}


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def words(html: str) -> str:
    """Return what a page shows, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
