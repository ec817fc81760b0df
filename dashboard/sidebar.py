"""The sidebar of every page of the admin, with its badges."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dashboard.models import LockOut
from dashboard.results import errors
from dashboard.system import looking
from movies.models import Refill
from notifications.models import Notification

# Every page shows the badges; for so many seconds nobody counts again.
BADGE_SECONDS = 5
MOST = 99
REFILLS, MAILS, ERRORS_SEEN, LOCK_OUTS = "re-fills", "mails", "errors", "lock-outs"

# A page whose permission its item takes, and those that are reached from it.
TERM_PAGES = ("movies_searchterm", "terms", "compare")
LOG = "notifications_notification"
ERRORS = "dashboard_errorgroup"
RESULTS = "django_celery_results_taskresult"
TASK_PAGES = ("dashboard_taskrecord", "django_celery_results_groupresult")
# What a badge counts, what it says aloud, and its colour.
RUNNING = ("running_refills", "running")
NEW_ERRORS = ("new_errors", "new in 24 hours", "danger")
UNREVIEWED = ("unreviewed_failures", "not reviewed", "danger")
LOCKED_OUT = ("locked_out", "locked out")
BROKEN = ("broken_checks", "broken", "danger")
STATE = "dashboard_systemstate"

type Item = dict[str, Any]


def environment(request: HttpRequest) -> list[str] | None:
    """Return the label of every page; production has none."""
    if settings.ENVIRONMENT == "demo":
        return ["Demo: sample data", "info"]
    if settings.OMDB_DEMO:
        return ["Demo", "info"]
    return ["Development", "info"] if settings.ENVIRONMENT == "development" else None


def navigation(request: HttpRequest) -> list[Item]:
    """Return the groups of the sidebar, each item with its permission and badge."""
    return [_overview(), _searches(), _films(), _notifications(), _background_work(), _people()]


def _overview() -> Item:
    return _group(
        "Overview",
        _item("Dashboard", "dashboard", "index"),
        _item(
            "System",
            "monitor_heart",
            "system",
            "self_test",
            url="dashboard:system",
            shown_with=STATE,
            **_badge(*BROKEN),
        ),
    )


def _searches() -> Item:
    return _group(
        "Searches",
        _item("Terms", "manage_search", *TERM_PAGES, url="dashboard:terms"),
        _item(
            "Worklist",
            "playlist_add_check",
            "worklist",
            "fetch_rest",
            url="dashboard:worklist",
            shown_with="movies_searchterm",
        ),
        _item("Search log", "history", "movies_search", "movies_import"),
    )


def _films() -> Item:
    return _group(
        "Films",
        _item("Films", "movie", "movies_movie", "movies_genre"),
        _item(
            "Completeness",
            "data_usage",
            "completeness",
            url="dashboard:completeness",
            shown_with="movies_searchterm",
        ),
        _item("Re-fills", "downloading", "movies_refill", **_badge(*RUNNING)),
    )


def _notifications() -> Item:
    return _group(
        "Notifications",
        _item("Log", "mail", LOG, **_badge(*UNREVIEWED)),
        _item("Kinds", "tune", "notifications_kindpolicy"),
    )


def _background_work() -> Item:
    return _group(
        "Background work",
        _item("Errors", "error", ERRORS, shown_with=RESULTS, **_badge(*NEW_ERRORS)),
        _item("Tasks", "task_alt", *TASK_PAGES, shown_with=RESULTS),
        _item("Flow", "speed", "flow", url="dashboard:flow", shown_with=RESULTS),
        _item("Schedule", "schedule", "schedule", url="dashboard:schedule", shown_with=RESULTS),
        _item("Signals", "sensors", "signals", url="dashboard:signals", shown_with=LOG),
    )


def _people() -> Item:
    return _group(
        "People",
        _item("Users", "person", "auth_user", "dashboard_lockout", **_badge(*LOCKED_OUT)),
        _item("Groups", "group", "auth_group"),
        _item("Audit", "receipt_long", "admin_logentry", shown_with="auth_user"),
    )


def _group(title: str, *items: Item) -> Item:
    return {"title": title, "items": list(items)}


def _item(
    title: str,
    icon: str,
    page: str,
    *children: str,
    url: str = "",
    shown_with: str = "",
    **badge: str,
) -> Item:
    """Return the item of one page; `children` are pages that are reached from it.

    `url` is where it leads if not to the list of `page`. Who may see that, or the list
    `shown_with`, sees the item.
    """
    index = page == "index"
    return {
        "title": title,
        "icon": icon,
        "link": reverse(url or ("admin:index" if index else f"admin:{page}_changelist")),
        # Explicitly: Unfold would compare parts of addresses.
        "active": lambda request: _is_at(request, (page, *children)),
        "permission": (lambda request: True) if index else may_view(shown_with or page),
        **badge,
    }


def _badge(callback: str, words: str, variant: str = "info") -> dict[str, str]:
    return {
        "badge": f"dashboard.sidebar.{callback}",
        "badge_variant": variant,
        "badge_words": words,
    }


def may_view(page: str) -> Callable[[HttpRequest], bool]:
    """Return what tells of a request whether its reader may see a list."""
    app, model = page.rsplit("_", 1)
    return lambda request: any(
        request.user.has_perm(f"{app}.{verb}_{model}") for verb in ("view", "change")
    )


def _is_at(request: HttpRequest, pages: tuple[str, ...]) -> bool:
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    return any(name == page or name.startswith(f"{page}_") for page in pages)


def running_refills(request: HttpRequest) -> str | None:
    """Return how many re-fills run, or None for none."""
    return _counted(REFILLS)


def unreviewed_failures(request: HttpRequest) -> str | None:
    """Return how many failed notifications nobody has looked at, or None for none."""
    return _counted(MAILS)


def new_errors(request: HttpRequest) -> str | None:
    """Return how many errors were never seen before the last 24 hours, or None for none."""
    return _counted(ERRORS_SEEN)


def locked_out(request: HttpRequest) -> str | None:
    """Return how many lock-outs hold, or None for none."""
    return _counted(LOCK_OUTS)


def broken_checks(request: HttpRequest) -> str | None:
    """Return how many checks found something broken, or None for none."""
    count = len(looking.known().broken)
    return str(count) if count else None


def _counted(what: str) -> str | None:
    badges: Counter[str] = cache.get_or_set("sidebar:badges", _badges, BADGE_SECONDS) or Counter()
    count = badges[what]
    if not count:
        return None
    return f"{MOST}+" if count > MOST else str(count)


def _badges() -> Counter[str]:
    """Count what the badges show, in one statement and no further than they go."""
    refills = Refill.objects.running().order_by().values_list(Value(REFILLS), "pk")
    mails = Notification.objects.needs_review().order_by().values_list(Value(MAILS), "pk")
    now = timezone.now()
    new = errors.new_errors(now).order_by().values_list(Value(ERRORS_SEEN), "pk")
    locked = LockOut.objects.holding(now).order_by().values_list(Value(LOCK_OUTS), "pk")
    rows = refills.union(mails, new, locked, all=True)
    return Counter(what for what, _ in rows[: 4 * (MOST + 1)])
