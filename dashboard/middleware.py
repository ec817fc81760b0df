"""What is asked of every request to the admin, before and after its page answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from dashboard import services
from dashboard.signing_in import sessions

# The session's flag, set at sign-in; the page that changes the password says why by it.
MUST_CHANGE_PASSWORD = "must_change_password"  # noqa: S105 - a name, not a password
STILL_OPEN = ("admin:password_change", "admin:logout", "admin:jsi18n")

type View = Callable[[HttpRequest], HttpResponseBase]


def password_change_required(get_response: View) -> View:
    """Send every page under /admin/ to the password change while the session is flagged."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if _is_closed(request.path) and MUST_CHANGE_PASSWORD in request.session:
            if services.has_temporary_password(request.user):
                return _to_password_change(request)
            # Where the password was changed elsewhere, asking for the user has emptied the session.
            request.session.pop(MUST_CHANGE_PASSWORD, None)
        return get_response(request)

    return middleware


def session_in_use(get_response: View) -> View:
    """Keep the session of whoever opens a page of the admin.

    Parts of pages do not count: an open page asks for them though nobody is there.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_page = "HX-Request" not in request.headers
        if is_page and request.path.startswith(reverse("admin:index")):
            sessions.go_on(request.session)
        return get_response(request)

    return middleware


def _is_closed(path: str) -> bool:
    return path.startswith(reverse("admin:index")) and path not in map(reverse, STILL_OPEN)


def _to_password_change(request: HttpRequest) -> HttpResponse:
    url = reverse("admin:password_change")
    if "HX-Request" in request.headers:
        # htmx would follow a redirect and put the page where its fragment was to go.
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def plain_refusals(get_response: View) -> View:
    """Answer whoever asks for a part of a page with words where a whole page would refuse them.

    htmx puts into the page what it is answered, and follows a redirect to the sign-in page first.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "HX-Request" not in request.headers:
            return response
        if response.get("Location", "").startswith(reverse("admin:login")):
            return HttpResponse("You are signed out.", status=401)
        if response.status_code == 403:
            return HttpResponse("You may not see this any more.", status=403)
        return response

    return middleware
