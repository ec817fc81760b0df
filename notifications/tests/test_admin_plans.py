"""What the log costs when it is long: a dozen queries, none of which reads all of it."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import services
from notifications.admin import bounds
from notifications.models import Notification
from notifications.tests.log import KINDS, LIST, page_of
from notifications.tests.many import copies_of, counted, read_whole

pytestmark = pytest.mark.django_db
ROWS = 20_000
MOST = 12


# Of so many, as they are of 300,000.
BOUND = 300
# Read along this index: a page of everything, and of what most are.
NEWEST = "notification_newest"
MOST_ROWS = ["", "?p=6", "?origin__exact=signal", "?q=dune"]
FEW_ROWS = [
    "?state__exact=sent",
    "?state__exact=failed",
    "?kind=new_search_term",
    "?kind=task_failed",
    "?origin__exact=manual",
    "?origin__exact=digest",
    "?review=open",
    "?day_from=2026-11-20&day_to=2026-11-21",
    "?state__exact=failed&kind=task_failed&origin__exact=manual",
    "?id__in=1,2,3",
    "?digest__exact=1",
    "?q=dune&state__exact=sent",
]
TABS = ["", "?tab=html", "?tab=headers", "?tab=attempts"]


@pytest.fixture
def long_log(member, client, queued, failed, monkeypatch) -> Notification:
    """A log of many sent ones and a few others; return one that failed."""
    monkeypatch.setattr(bounds.Pages, "most_counted", BOUND)
    monkeypatch.setattr(bounds, "MOST_SEARCHED", BOUND)
    user = member("Operators")
    client.force_login(user)
    sent = queued(state="sent", text="Dune\n" * 100)
    copies_of(sent, ROWS)
    row = failed(has_refused=True, refused={"ann@example.org": "550 no such user"})
    row.attempt_log.create(number=1, outcome="permanent", error="550 no such user")
    services.resend_copy(sent, user, "token")
    counted()
    # What is looked up once and kept: the types of things, and for seconds the frame of a page.
    client.get(page_of(row))
    return row


def asked(client, url: str) -> CaptureQueriesContext:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return queries


def test_no_page_of_a_long_log_reads_all_of_it(client, long_log):
    sent = Notification.objects.filter(state="sent").latest("pk")
    pages = {LIST + page: NEWEST for page in MOST_ROWS}
    pages |= dict.fromkeys((LIST + page for page in FEW_ROWS), "")
    pages[f"{LIST}?q={sent.message_id}"] = ""
    # The index of these alone.
    pages[f"{LIST}?refused=some"] = "notification_refused"
    pages |= {page_of(row) + tab: "" for row in (long_log, sent) for tab in TABS}

    queries = {url: asked(client, url) for url in pages}

    assert {url: len(each) for url, each in queries.items() if len(each) > MOST} == {}
    whole = {url: read_whole(each, along=pages[url]) for url, each in queries.items()}
    assert {url: found for url, found in whole.items() if found} == {}


def test_the_frame_of_a_page_with_its_badge_does_not_read_the_log(client, long_log):
    cache.clear()

    assert read_whole(asked(client, LIST), along=NEWEST) == []


def test_the_list_of_kinds_does_not_read_the_log(client, long_log):
    client.get(KINDS)

    queries = asked(client, KINDS)

    assert len(queries) <= MOST
    assert read_whole(queries) == []
