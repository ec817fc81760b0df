"""What the dashboard hears: somebody signing in, and somebody being locked out."""

from axes.signals import user_locked_out
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from dashboard import services
from dashboard.middleware import MUST_CHANGE_PASSWORD
from dashboard.signing_in import locking, sessions


def connect() -> None:
    user_logged_in.connect(remember_temporary_password, dispatch_uid="temporary_password")
    user_logged_in.connect(begin_session, dispatch_uid="begin_session")
    user_locked_out.connect(locking.write_down, dispatch_uid="lock_out")


def remember_temporary_password(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Flag the session at sign-in, so that nobody else's request costs a query."""
    if services.has_temporary_password(user):
        request.session[MUST_CHANGE_PASSWORD] = True


def begin_session(request: HttpRequest, **kwargs: object) -> None:
    sessions.begin(request.session)
