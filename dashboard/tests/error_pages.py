"""The pages of errors, as a browser gets them, and the answer to the question of a retry."""

from html import unescape

from django.urls import reverse

from dashboard.models import ErrorGroup

ERRORS = reverse("admin:dashboard_errorgroup_changelist")


def listed(client, **query: str) -> str:
    return unescape(client.get(ERRORS, query).content.decode())


def page(client, error: ErrorGroup, **query: str) -> str:
    url = reverse("admin:dashboard_errorgroup_change", args=[error.pk])
    return unescape(client.get(url, query).content.decode())


def question(client, error: ErrorGroup, **query: object):
    url = reverse("admin:dashboard_errorgroup_retry_all", args=[error.pk])
    return client.get(url, query, follow=True)


def press(client, error: ErrorGroup, asked) -> str:
    """Answer the question of a page that was shown; return the page that follows."""
    url = reverse("admin:dashboard_errorgroup_retry_all", args=[error.pk])
    data = {name: asked.context[name] for name in ("rows", "seen")}
    return unescape(client.post(url, data, follow=True).content.decode())
