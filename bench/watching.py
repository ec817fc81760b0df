"""What it costs to know how the system is: the System page, /readyz and /metrics.

Each is asked when nobody has looked for a while; there is no broker, so that one fails.
"""

from collections.abc import Callable, Iterator

from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from bench.lines import Line, ms
from bench.timing import Queries, interleaved, middle, queries, timed

MOST_QUERIES = 35
AGAINST_PLAIN_PAGE = 4.0
ROUNDS = 15
PAGES = {"System page": "/admin/system/", "/readyz": "/readyz", "/metrics": "/metrics"}


def lines(words: str) -> Iterator[Line]:
    """Compare each with a page that asks nothing, Unfold's own empty index."""
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    addresses = [*PAGES.values(), "/plain/"]
    whole = interleaved([_whole(client, address) for address in addresses], ROUNDS)
    times = dict(zip(addresses, map(middle, whole), strict=True))
    for name, address in PAGES.items():
        asked = _queries_of(client, address)
        count = len(asked)
        yield Line(f"{words}: {name}, queries", str(count), ratio=count, at_most=MOST_QUERIES)
        replayed = middle([asked.replay() for _ in range(ROUNDS)])
        yield Line(f"{words}: {name}, database time", ms(replayed))
        yield Line(
            f"{words}: {name}, whole, Unfold's own empty index",
            ms(times[address]),
            ms(times["/plain/"]),
            times[address] / times["/plain/"],
            at_most=AGAINST_PLAIN_PAGE,
        )


def _whole(client: Client, address: str) -> Callable[[], float]:
    return lambda: timed(lambda: _get(client, address))


def _queries_of(client: Client, address: str) -> Queries:
    _get(client, address)
    with queries() as found:
        _get(client, address)
    return found


def _get(client: Client, address: str) -> None:
    cache.clear()
    # 503 is what a site without a broker and workers answers.
    if client.get(address).status_code not in (200, 503):
        raise RuntimeError(f"{address} failed.")
