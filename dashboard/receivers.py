"""What the dashboard hears: somebody signing in."""

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from dashboard import services
from dashboard.middleware import MUST_CHANGE_PASSWORD


def connect() -> None:
    user_logged_in.connect(remember_temporary_password, dispatch_uid="temporary_password")


def remember_temporary_password(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Flag the session at sign-in, so that nobody else's request costs a query."""
    if services.has_temporary_password(user):
        request.session[MUST_CHANGE_PASSWORD] = True
