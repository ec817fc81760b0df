"""The log as a file."""

import csv
import io
from datetime import UTC, datetime

import pytest

from movies.models import SearchTerm
from notifications import services
from notifications.admin import bounds
from notifications.models import Notification
from notifications.tests.log import LIST

pytestmark = pytest.mark.django_db
FILE = f"{LIST}log.csv"


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def test_the_file_holds_what_the_list_is_narrowed_to(client, sign_in, queued, failed):
    sign_in()
    queued()
    one = failed(refused={"ann@example.org": "550 no such user"})

    headings, row, end = rows_of(client.get(f"{FILE}?state__exact=failed"))

    found = dict(zip(headings, row, strict=True))
    assert found["State"] == "Failed"
    assert found["Kind"] == "New search term"
    assert found["Why"] == "550 no such user"
    assert found["Attempts"] == "1"
    assert found["Refused"] == "ann@example.org: 550 no such user"
    assert found["Message-ID"] == one.message_id
    assert found["Sent"] == ""
    assert end[0] == "End: 1 notification"


def test_the_file_says_who_reviewed_and_when_it_was_sent(client, sign_in, failed):
    user = sign_in()
    row = failed()
    services.mark_reviewed([row.pk], user, "Ann has left.")
    at = datetime(2026, 7, 1, 6, 14, tzinfo=UTC)
    Notification.objects.update(sent_at=at)

    headings, cells, _ = rows_of(client.get(FILE))

    found = dict(zip(headings, cells, strict=True))
    assert found["Reviewed by"] == user.username
    assert found["Note"] == "Ann has left."
    assert found["Sent"] == "2026-07-01T08:14:00+02:00"


def test_no_spreadsheet_runs_what_a_visitor_typed(client, sign_in):
    sign_in()
    SearchTerm.objects.create(term="=1+1")

    _, row, _ = rows_of(client.get(FILE))

    assert "'=1+1" in row


def test_texts_stay_out_of_the_file(client, sign_in, queued, django_assert_max_num_queries):
    sign_in()
    for _ in range(5):
        queued(text="The whole text")

    with django_assert_max_num_queries(9) as asked:
        content = client.get(FILE).getvalue()

    assert b"The whole text" not in content
    assert not any('"notifications_notification"."text"' in one["sql"] for one in asked)


def test_a_file_of_a_search_that_looked_at_the_newest_says_so(client, sign_in, queued, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_SEARCHED", 1)
    sign_in()
    queued()
    queued()

    *_, end = rows_of(client.get(f"{FILE}?q=term"))

    assert end[0].startswith("End: 1 notification, searched for among the newest 1")


def test_asked_for_its_head_alone_the_file_is_not_read(client, sign_in, queued):
    sign_in()
    queued()

    answer = client.head(FILE)

    assert answer["Content-Disposition"] == 'attachment; filename="notifications.csv"'
    assert answer.content == b""


def test_the_file_is_only_read(client, sign_in):
    sign_in()

    assert client.post(FILE).status_code == 405


def test_the_file_is_for_who_may_look(client, staff):
    client.force_login(staff)

    assert client.get(FILE).status_code == 403


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(client, sign_in):
    sign_in()

    assert client.get(f"{FILE}?digest__exact=abc").url == LIST


def test_the_list_links_its_file_as_it_is_narrowed(client, sign_in, failed):
    sign_in()
    failed()

    html = client.get(f"{LIST}?state__exact=failed").content.decode()

    assert f'href="{FILE}?state__exact=failed"' in html
