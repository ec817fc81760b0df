"""The log of notifications as a reader meets it: its addresses, what is pressed, what is said."""

import re
from html import unescape

from notifications.models import KindPolicy, Notification

LIST = "/admin/notifications/notification/"
SEVERAL = f"{LIST}several/"
KINDS = "/admin/notifications/kindpolicy/"
CONFIRMED = {"_form_submitted": "True"}
OPERATOR = ("retry_notification", "review_notification", "change_kindpolicy")
# What its question is answered with, besides yes.
ANSWERS = {
    "settle": {"answer": "arrived"},
    "copy": {"token": "c3b7a5f2-2a0f-4c3d-9a55-0f6a5f0f0001"},
    "mute": {"how_long": "hour"},
}


def page_of(row: Notification | KindPolicy, action: str = "change") -> str:
    return f"/admin/notifications/{row._meta.model_name}/{row.pk}/{action}/"


def chosen(action: str, *rows: Notification, **more: str) -> dict:
    return {"action": action, "_selected_action": [row.pk for row in rows], "index": "0", **more}


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def words(html: str) -> str:
    """Return what a page shows, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def press(client, row: Notification, action: str, **answer: str):
    data = CONFIRMED | ANSWERS.get(action, {}) | answer
    return client.post(page_of(row, action), data, follow=True)


def state_of(row: Notification) -> tuple[str, bool]:
    row.refresh_from_db()
    return row.state, bool(row.reviewed_at)
