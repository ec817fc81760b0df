"""Signing in as a person does, by the page."""

from django.contrib.auth import SESSION_KEY
from django.urls import reverse

LOGIN = reverse("admin:login")


def submit(client, username: str, password: str, **options: str):
    return client.post(LOGIN, {"username": username, "password": password}, **options)


def sign_in(client, username: str, password: str) -> bool:
    """Submit the form of the sign-in page; return whether that let in."""
    submit(client, username, password)
    return SESSION_KEY in client.session
