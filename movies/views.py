"""The public pages: ask for films, watch OMDb being asked, look at what came."""

import uuid as uuids
from collections.abc import Callable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from movies import clients, pages, services, throttling
from movies.forms import SearchForm
from movies.models import Origin, Search

RECENT_COOKIE = "recent"
RECENT_SEARCHES = 5
RECENT_FOR = 30 * 24 * 60 * 60

# The pages hold a visitor's own searches, and tell of what changes within seconds.
never_stale = cache_control(private=True, no_cache=True)


def public_policy[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Let no page of `view` evaluate code or write styles, as the dashboard's library must."""
    images = [SELF, *settings.POSTER_HOSTS]
    restrict: Any = csp_replace({"script-src": [SELF], "style-src": [SELF], "img-src": images})
    restricted: Callable[P, HttpResponse] = restrict(view)
    return restricted


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is up, whatever else is not."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@public_policy
@never_stale
def index(request: HttpRequest) -> HttpResponse:
    return _search_page(request, SearchForm())


@require_http_methods(["GET", "HEAD", "POST"])
@public_policy
@never_stale
def create(request: HttpRequest) -> HttpResponse:
    """Write the search and lead to its page, or say beside the field why not."""
    if request.method != "POST":
        return redirect("movies:index")
    form = SearchForm(request.POST)
    if not form.is_valid():
        return _search_page(request, form, status=422)
    actor = "" if request.user.is_staff else clients.actor(request)
    try:
        search = _request_search(request, form.cleaned_data["term"], actor)
    except throttling.Throttled as refusal:
        form.add_error("term", str(refusal))
        response = _search_page(request, form, status=429)
        response["Retry-After"] = str(refusal.seconds)
        return response
    response = HttpResponseRedirect(reverse("movies:results", args=[search.uuid]), status=303)
    _remember(request, response, search)
    return response


@require_safe
@public_policy
@never_stale
def results(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Show how far a search is and the films it has; anybody with the link may look."""
    search = _search(uuid)
    if search is None:
        return _page(request, "404.html", status=404)
    return _page(
        request,
        "movies/results.html",
        {
            "form": SearchForm(initial={"term": search.term.term}),
            "search": search,
            "shown": pages.show(search, request.GET.get("page", "")),
        },
    )


@require_safe
@public_policy
@never_stale
def progress(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Return what to add to the page of an unfinished search that shows `after` films."""
    search = _search(uuid)
    if search is None:
        return _page(request, "404.html", status=404)
    after = pages.whole_number(request.GET.get("after", ""))
    known = request.GET.get("known", "")
    shown = pages.grown(search, already=after)
    if shown.version == known:
        return HttpResponse(status=204)
    if shown.state.kind == "short" and after:
        # What is stored from before ranks among the films shown, not only after them.
        return HttpResponse(headers={"HX-Refresh": "true"})
    is_news = not known.startswith(f"{shown.state.kind}.")
    context = {"search": search, "shown": shown, "is_news": is_news}
    return _page(request, "movies/progress.html", context)


@public_policy
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer any address that leads nowhere."""
    return _page(request, "404.html", status=404)


def _search_page(request: HttpRequest, form: SearchForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "recent": _recent_searches(request)}
    return _page(request, "movies/index.html", context, status=status)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    everywhere = {"is_demo": settings.OMDB_DEMO}
    return render(request, template, everywhere | (context or {}), status=status)


def _search(uuid: uuids.UUID) -> Search | None:
    return Search.objects.select_related("term", "joined").filter(uuid=uuid).first()


def _request_search(request: HttpRequest, text: str, actor: str) -> Search:
    if request.user.is_staff:
        return services.request_search(text, origin=Origin.STAFF, user=request.user)
    throttling.check_searches(actor)
    is_bot = clients.is_bot(request)
    return services.request_search(text, origin=Origin.VISITOR, actor=actor, is_bot=is_bot)


def _recent_searches(request: HttpRequest) -> list[Search]:
    """Return what this browser searched last, newest first, from its own cookie alone."""
    signed = request.get_signed_cookie(RECENT_COOKIE, default="", max_age=RECENT_FOR) or ""
    uuid_texts = list(filter(None, signed.split(".")))
    found = Search.objects.filter(uuid__in=uuid_texts).select_related("term")
    return sorted(found, key=lambda search: uuid_texts.index(search.uuid.hex))


def _remember(request: HttpRequest, response: HttpResponse, search: Search) -> None:
    before = [one for one in _recent_searches(request) if one.term_id != search.term_id]
    newest = [search, *before][:RECENT_SEARCHES]
    response.set_signed_cookie(
        RECENT_COOKIE,
        ".".join(one.uuid.hex for one in newest),
        max_age=RECENT_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
