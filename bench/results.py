"""The list of tasks beside django-celery-results' own admin, on the same rows in the same run."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

from bench import databases
from bench.lines import Line, a_second, ms
from bench.result_rows import EXCEPTION, build, name_of
from bench.stock_side import get
from bench.timing import Holds, Queries, interleaved, middle, queries, timed
from bench.worker import Worker
from dashboard.admin.task_filters import TaskPages
from dashboard.models import TaskRecord
from dashboard.results.folding import fold_tasks

OURS, STOCK = "/admin/dashboard/taskrecord/", "/admin/django_celery_results/taskresult/"
ERRORS = "/admin/dashboard/errorgroup/?seen=quarter"
UNFILTERED, FILTERED = 10.0, 5.0
# Two: of a view with fewer rows at the smallest size than are counted, more are at the next.
AGAINST_SMALLEST = 2.0
LOCK = 100.0
# Bounds are of so many results, and no run has more.
MOST = 1_000_000
FOLDED = 5_000
ROWS_A_PAGE = 50
WEEK = timedelta(days=7)


def lines(words: str, sizes: Sequence[int], *, with_peer: bool = True) -> Iterator[Line]:
    """Compare the database time of each view with the peer's and with the smallest size."""
    for size in sizes:
        print(f"  built {build(size)}", flush=True)
    asked = {size: _asked(size) for size in sizes}
    for name in _views(sizes[0]):
        yield from _flat(f"{words}: {name}", asked, name)
    if with_peer:
        yield from _beside(f"{words}, {sizes[-1]:,} results", sizes[-1], asked[sizes[-1]])
    yield from _folding(f"{words}, {sizes[0]:,} results", sizes[0])


def _views(size: int) -> dict[str, tuple[str, str]]:
    """Return what is looked at: the address of ours, and of the peer's with the same filter."""
    since, last = timezone.now() - 2 * WEEK, min(size, TaskPages.most_counted) // ROWS_A_PAGE
    days = {"day_from": f"{since:%Y-%m-%d}", "day_to": f"{since + WEEK:%Y-%m-%d}"}
    moments = {"date_done__gte": f"{since:%Y-%m-%d}", "date_done__lt": f"{since + WEEK:%Y-%m-%d}"}
    task = "movies.tasks.run_search"
    return {
        "all tasks": (OURS, STOCK),
        "state, few": _filtered({"state": "failed"}, {"status__exact": "FAILURE"}),
        "state, most": _filtered({"state": "done"}, {"status__exact": "SUCCESS"}),
        "task": _filtered({"task": task}, {"task_name": task}),
        "task and state": _filtered(
            {"task": task, "state": "failed"}, {"task_name": task, "status__exact": "FAILURE"}
        ),
        "7 days": _filtered(days, moments),
        # The peer does not know what a task was about; its name comes nearest.
        "about": _filtered({"about": "mail"}, {"task_name": "notifications.tasks.deliver"}),
        "search for an error": _filtered({"q": EXCEPTION}, {"q": EXCEPTION}),
        # As far as ours can be turned; the peer shows twice as many rows.
        "last page": _filtered({"p": str(last)}, {"p": str(last // 2)}),
    }


def _filtered(ours: dict[str, str], stock: dict[str, str]) -> tuple[str, str]:
    return f"{OURS}?{urlencode(ours)}", f"{STOCK}?{urlencode(stock)}"


def _asked(size: int) -> dict[str, Queries]:
    """Return what each of our pages asks, when it is asked for the second time."""
    client = _client(size)
    found = {}
    for name, (ours, _) in [*_views(size).items(), ("errors", (ERRORS, ""))]:
        get(client, ours)
        with queries() as found[name]:
            get(client, ours)
    return found


def _client(size: int) -> Client:
    databases.use(name_of(size))
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    return client


def _flat(words: str, asked: dict[int, dict[str, Queries]], name: str) -> Iterator[Line]:
    sizes = sorted(asked)
    replays = [_replaying(size, asked[size][name]) for size in sizes]
    times = [middle(figures) for figures in interleaved(replays, rounds=25)]
    for size, found in zip(sizes[1:], times[1:], strict=True):
        yield Line(
            f"{words}, database time at {size:,} results",
            ms(found),
            f"{ms(times[0])} at {sizes[0]:,}",
            found / times[0],
            at_most=AGAINST_SMALLEST,
        )


def _replaying(size: int, asked: Queries) -> Callable[[], float]:
    def replay() -> float:
        databases.use(name_of(size))
        asked.replay()
        return asked.replay()

    return replay


def _beside(words: str, size: int, asked: dict[str, Queries]) -> Iterator[Line]:
    stock = Worker("bench.stock_side", "bench.stock_settings", databases.url(name_of(size)))
    client = _client(size)
    try:
        for name, (ours, theirs) in _views(size).items():
            bound = UNFILTERED if name == "all tasks" else FILTERED
            mine, peers, page, whole = map(
                middle,
                interleaved(
                    [
                        asked[name].replay,
                        lambda theirs=theirs: stock.ask("database", theirs),
                        lambda ours=ours: timed(lambda: get(client, ours)),
                        lambda theirs=theirs: stock.ask("page", theirs),
                    ],
                    rounds=3,
                ),
            )
            has_bound = bound if size >= MOST else None
            title = f"{words}: {name}"
            yield Line(
                f"{title}, database time", ms(mine), ms(peers), peers / mine, at_least=has_bound
            )
            yield Line(f"{title}, whole page", ms(page), ms(whole), whole / page)
    finally:
        stock.stop()
    errors = middle([asked["errors"].replay() for _ in range(5)])
    yield Line(f"{words}: errors of 90 days, database time", ms(errors))


def _folding(words: str, size: int) -> Iterator[Line]:
    """Fold the newest results as if they had just come, and see how long writers wait."""
    databases.use(name_of(size))
    _forget_newest()
    began = time.perf_counter()
    folded = fold_tasks(timezone.now())
    yield Line(f"{words}: results folded", a_second(folded / (time.perf_counter() - began)))
    if connection.vendor == "sqlite":
        _forget_newest()
        with Holds() as holds:
            fold_tasks(timezone.now())
        longest = max(holds.found)
        yield Line(f"{words}: write lock of a fold", ms(longest), ratio=longest, at_most=LOCK)


def _forget_newest() -> None:
    newest = TaskRecord.objects.order_by("-pk").values_list("pk", flat=True)[:FOLDED]
    TaskRecord.objects.filter(pk__gte=min(newest)).delete()
