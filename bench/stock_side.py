"""What runs in the process of django-celery-results' own admin, in Django's plain one."""

from functools import cache

from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import path

from bench.timing import Queries, queries, timed

urlpatterns = [path("admin/", admin.site.urls)]


def database(address: str) -> float:
    """Return the milliseconds that the database takes for a page, all of its rows fetched."""
    return _asked(address).replay()


def page(address: str) -> float:
    """Return the milliseconds of a whole page."""
    return timed(lambda: get(_client(), address))


def get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")


@cache
def _asked(address: str) -> Queries:
    with queries() as found:
        get(_client(), address)
    return found


@cache
def _client() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    return client
