"""What was done about what lacks, as marks on charts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.tests import rows
from dashboard.tests.plans import plans_of
from dashboard.worklist.marks import Mark, marks
from movies.models import Origin, Outcome, Refill, Search

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_what_staff_fetched_and_the_night_chose_is_marked_the_earliest_first(staff):
    now = timezone.now()
    by_staff = {"origin": Origin.STAFF, "requested_by": staff, "outcome": Outcome.FETCHED}
    fetched = rows.search("dune", at=now, films_new=96, **by_staff)
    rows.search("heat", at=now, films_new=0, **by_staff)
    rows.search("alien", at=now, films_new=9)
    rows.search("dune", at=now - 9 * DAY, films_new=5, **by_staff)
    night = Refill.objects.create(
        reason="Nightly choice: 240", films=240, changed=1061, created_at=now - DAY
    )
    Refill.objects.create(reason="Nightly choice: mine", requested_by=staff)

    found = marks(now - 2 * DAY, now + DAY)

    assert found == [
        Mark(
            night.created_at,
            "Nightly choice: 240 films, 1,061 changed",
            reverse("admin:movies_refill_change", args=[night.pk]),
        ),
        Mark(
            fetched.created_at,
            "“dune” fetched by staff: 96 new films",
            reverse("admin:movies_search_change", args=[fetched.pk]),
        ),
    ]
    assert marks(now + DAY, now + 2 * DAY) == []


def test_marks_are_found_without_reading_the_searches_of_visitors():
    term = rows.search("dune").term
    Search.objects.bulk_create(
        Search(term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED) for _ in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        marks(timezone.now() - DAY, timezone.now() + DAY)

    fetches, _ = plans_of(queries)
    assert "search_by_person" in fetches or "search_requested_by" in fetches
