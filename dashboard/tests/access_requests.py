"""What it takes to ask every address as every role, and to see whether that changed anything."""

import re
import uuid

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse

from dashboard.tests.access_table import LOGIN, addresses

GROUPS = {"viewer": "Viewers", "operator": "Operators", "administrator": "Administrators"}
STATE = ("state", "reviewed_at", "is_superuser", "is_active", "password", "name", "outcome")


def user(role: str) -> User:
    account = User.objects.create_user(role, is_staff=True)
    if role in GROUPS:
        account.groups.add(Group.objects.get(name=GROUPS[role]))
    return account


def signed_in(role: str, **options: object) -> Client:
    client = Client(**options)
    if role != "anonymous":
        client.force_login(User.objects.filter(username=role).first() or user(role))
    return client


def address(name: str, site: dict) -> str:
    pattern = addresses()[name]
    if name in ("movies:results", "movies:progress"):
        pattern = pattern.replace("<uuid:uuid>", str(site["movies/search"].uuid))
    pattern = re.sub(r"\^?\(\?P<app_label>.*?\)", "movies", pattern)
    pattern = pattern.replace("<path:content_type_id>", "1").replace("(?P<url>.*)", "nowhere")
    row = site.get("/".join(pattern.split("/")[1:3]))
    return "/" + re.sub(r"<.*?>", str(row.pk if row else 1), pattern).removesuffix("$")


def answer(response) -> int | str:
    is_sign_in = response.get("Location", "").startswith(reverse("admin:login"))
    return LOGIN if is_sign_in else response.status_code


def posted(name: str, site: dict) -> dict[str, object]:
    """Return what a person would fill in."""
    return {
        "admin:movies_movie_refill": {
            "films": site["movies/movie"].pk,
            "choice": "incomplete",
            "token": uuid.uuid4(),
        },
        "admin:auth_group_add": {"name": "New friends"},
        "admin:auth_group_change": {"name": "Old friends"},
        "admin:auth_group_delete": {"post": "yes"},
        "admin:auth_user_add": {
            "username": "new",
            "usable_password": "true",
            "password1": "a-good-password",
            "password2": "a-good-password",
        },
        "admin:auth_user_change": {"username": "target", "email": "target@example.org"},
        "admin:auth_user_password_change": {
            "usable_password": "true",
            "password1": "a-good-password",
            "password2": "a-good-password",
        },
        "movies:searches": {"term": "alien"},
    }.get(name, {"_form_submitted": "True"})


def everything() -> dict[str, list]:
    """Return what the tables hold, without what signing in writes."""
    kept = [model for model in apps.get_models() if model is not Session]
    return {
        model._meta.label: [
            (row.pk, *(getattr(row, name, None) for name in STATE))
            for row in model._default_manager.order_by("pk")
        ]
        for model in kept
    }


def request_of(role: str):
    request = RequestFactory().get("/")
    request.user = user(role)
    return request
