"""The log of notifications as a reader meets it: its addresses, what is pressed, what is said."""

from notifications.models import Notification

LIST = "/admin/notifications/notification/"
SEVERAL = f"{LIST}retry/"
CONFIRMED = {"_form_submitted": "True"}


def page_of(notification: Notification, action: str = "change") -> str:
    return f"{LIST}{notification.pk}/{action}/"


def chosen(action: str, *rows: Notification, **more: str) -> dict:
    return {"action": action, "_selected_action": [row.pk for row in rows], "index": "0", **more}


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]
