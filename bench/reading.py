"""What the dashboard costs to look at: its database time, its queries, its whole page."""

import time
from collections.abc import Callable, Iterator, Sequence

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from bench import databases
from bench.databases import Size
from bench.lines import Line, ms
from bench.timing import Queries, interleaved, middle, queries, timed
from dashboard.completeness.weeks import keep_weeks
from dashboard.periods import PRESETS
from dashboard.ranks.refreshing import refresh_due
from dashboard.system.looking import look

AGAINST_SMALLEST = 1.5
MOST_QUERIES = 12
MOST_QUERIES_OF_WORKLIST = 16
AGAINST_PLAIN_PAGE = 4.0
ROUNDS = 15
PAGES = [*PRESETS, "month"]
COMPLETENESS = ("28", "365")


def prepare() -> str:
    """Write the default database's weeks and snapshots; return in words how long that took."""
    began = time.monotonic()
    weeks = keep_weeks()
    counted_after = time.monotonic() - began
    began = time.monotonic()
    written = 0
    while done := refresh_due(timezone.now()):
        written += done
    return (
        f"{weeks} weeks counted in {counted_after:.1f} s, "
        f"{written} snapshots worked out in {time.monotonic() - began:.1f} s"
    )


def lines(words: str, sizes: Sequence[Size]) -> Iterator[Line]:
    """Compare each size with the smallest: database time of each page, queries, whole page."""
    client = Client()
    for preset in PAGES:
        page = f"period {preset}"
        yield from _against_smallest(words, sizes, client, f"/admin/?period={preset}", page)
    yield from _against_smallest(
        words, sizes, client, "/admin/worklist/", "Worklist", MOST_QUERIES_OF_WORKLIST
    )
    for preset in COMPLETENESS:
        address = f"/admin/completeness/?period={preset}"
        yield from _against_smallest(words, sizes, client, address, f"Completeness, {preset} days")
    for size in sizes:
        databases.use(size.name)
        yield _page(f"{words}, {size}", client)


def _against_smallest(
    words: str,
    sizes: Sequence[Size],
    client: Client,
    address: str,
    page: str,
    most_queries: int = MOST_QUERIES,
) -> Iterator[Line]:
    asked: dict[Size, Queries] = {}
    for size in sizes:
        databases.use(size.name)
        asked[size] = _queries_of(client, address)
    found = interleaved([_replaying(size, asked[size]) for size in sizes], ROUNDS)
    times = dict(zip(sizes, map(middle, found), strict=True))
    smallest = sizes[0]
    for size in sizes:
        name = f"{words}, {size}: {page}, queries"
        count = len(asked[size])
        yield Line(name, str(count), ratio=count, at_most=most_queries)
        yield Line(
            f"{words}, {size}: {page}, database time",
            ms(times[size]),
            f"{ms(times[smallest])} at {smallest}",
            times[size] / times[smallest],
            at_most=AGAINST_SMALLEST if len(sizes) > 1 and size == sizes[-1] else None,
        )


def _queries_of(client: Client, address: str) -> Queries:
    """Return what a page asks, when it is asked for the second time."""
    client.force_login(User.objects.get(username="bench"))
    _get(client, address)
    # Somebody has looked within the minute, or this page would do it itself.
    look()
    with queries() as found:
        _get(client, address)
    return found


def _get(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")


def _replaying(size: Size, asked: Queries) -> Callable[[], float]:
    def replay() -> float:
        databases.use(size.name)
        asked.replay()
        return asked.replay()

    return replay


def _page(words: str, client: Client) -> Line:
    client.force_login(User.objects.get(username="bench"))
    for address in ("/admin/", "/plain/"):
        _get(client, address)
    ours, plain = interleaved(
        [
            lambda: timed(lambda: _get(client, "/admin/")),
            lambda: timed(lambda: _get(client, "/plain/")),
        ],
        ROUNDS,
    )
    return Line(
        f"{words}: whole page, Unfold's own empty index",
        ms(middle(ours)),
        ms(middle(plain)),
        middle(ours) / middle(plain),
        at_most=AGAINST_PLAIN_PAGE,
    )
