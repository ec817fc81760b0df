"""What it takes to ask every address as every role, and to see whether that changed anything."""

import re
import uuid
from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from dashboard.models import SystemState
from dashboard.tests.access_table import LOGIN, addresses

GROUPS = {"viewer": "Viewers", "operator": "Operators", "administrator": "Administrators"}
# Of which kind of row an address outside its pages is.
ROWS = dict.fromkeys(("dashboard:term_csv", "dashboard:term_json"), "movies/searchterm")
# What is no row's key, in an address where one is expected.
NO_KEY = "abc"


ANSWERED = {"_form_submitted": "True"}
MUTING = ANSWERED | {"how_long": "hour"}
TESTING = ANSWERED | {"token": uuid.uuid4()}


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


def address(name: str, site: dict, key: str = "") -> str:
    """Return the address of a row of `site`, or of what has `key` instead."""
    pattern = addresses()[name]
    if name in ("movies:results", "movies:progress"):
        pattern = pattern.replace("<uuid:uuid>", str(site["movies/search"].uuid))
    pattern = pattern.replace("<uuid:identity>", str(site["notifications/notification"].uuid))
    pattern = re.sub(r"\^?\(\?P<app_label>.*?\)", "movies", pattern)
    pattern = pattern.replace("<path:content_type_id>", "1").replace("(?P<url>.*)", "nowhere")
    pattern = pattern.replace("<slug:name>", "sweep")
    row = site.get(ROWS.get(name) or "/".join(pattern.split("/")[1:3]))
    key = key or str(row.pk if row else 1)
    return "/" + re.sub(r"<.*?>", key, pattern).removesuffix("$")


def of_one_row() -> list[str]:
    """Return the names of the addresses with the key of a row in them, whatever is a key."""
    return [
        name for name, pattern in addresses().items() if re.search("<(path:object_)?id>", pattern)
    ]


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
        "admin:dashboard_errorgroup_retry_all": {
            "rows": site["dashboard/taskrecord"].about_id,
            "seen": 0,
        },
        "admin:notifications_notification_several": {
            "verb": "retry",
            "notifications": site["notifications/notification"].pk,
        },
        "admin:movies_searchterm_merge_into": ANSWERED | {"into": "alien 3"},
        "admin:movies_searchterm_erase": ANSWERED | {"typed": site["movies/searchterm"].term},
        "admin:notifications_notification_mute": MUTING,
        "admin:notifications_kindpolicy_mute": MUTING,
        "admin:notifications_notification_send_test": TESTING,
        "admin:notifications_kindpolicy_send_test": TESTING,
        "admin:notifications_kindpolicy_send_test_here": TESTING,
        "admin:notifications_kindpolicy_switch": {"to": "off"},
        "admin:notifications_kindpolicy_change": {
            "delivery": "digest",
            "digest_minutes": 30,
            "rate_per_hour": 20,
            "expiry_hours": 24,
            "ambiguous": "hold",
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
        "dashboard:fetch_rest": {"term": site["movies/searchterm"].pk},
        "dashboard:forgotten": {"email": "target@example.org"},
        "movies:searches": {"term": "alien"},
    }.get(name, ANSWERED)


def everything(without: Iterable[type[Model]] = ()) -> dict[str, list]:
    """Return all that the tables hold, but for what signing in and looking write, and `without`."""
    left_out = {Session, SystemState, *without}
    # What was created by itself is what many-to-many fields hold.
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model not in left_out
    }


def request_of(role: str):
    request = RequestFactory().get("/")
    request.user = user(role)
    return request
