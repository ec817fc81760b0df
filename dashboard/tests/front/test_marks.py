from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard import trends
from dashboard.curation import merging
from dashboard.front import charts, marks
from dashboard.models import Incident
from dashboard.periods import view_of
from dashboard.tests import rows
from dashboard.tests.alerts.rhythms import HOUR, NOW
from dashboard.tests.plans import plans_of
from dashboard.tests.reading import fold
from movies.models import Hit, Origin, Outcome, Refill, RefillItem, Search

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
DAY = timedelta(days=1)


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def incident(kind: str, ago: timedelta, lasted: timedelta = HOUR, **facts) -> Incident:
    began = NOW - ago
    facts = {"words": f"<{kind}>", "ended_at": began + lasted} | facts
    return Incident.objects.create(kind=kind, began_at=began, seen_at=began + lasted, **facts)


def refill(ago: timedelta = DAY, films: int = 61) -> Refill:
    at = NOW - ago
    return Refill.objects.create(
        created_at=at, finished_at=at, films=films, changed=films - 1, unchanged=1
    )


def drawn(boss: User, **address: str) -> charts.Chart:
    rows.search("dune", at=NOW - 20 * DAY)
    fold()
    view = view_of(address, TODAY)
    trend = trends.read(view, NOW)
    return charts.volume(trend, view, NOW, {}, marks.read(view, boss))


def test_all_marks_of_any_period_cost_one_statement(boss, django_assert_num_queries):
    for number in range(30):
        refill(DAY * number)
        incident("spike", DAY * number)

    for period in ("today", "28", "365"):
        with django_assert_num_queries(1):
            assert marks.read(view_of({"period": period}, TODAY), boss)


def test_a_bucket_has_one_flag_with_all_that_happened_in_it(boss):
    done = refill()
    incident("spike", DAY)
    incident("omdb_errors", DAY * 3)

    chart = drawn(boss, period="7")

    assert [flag.name for flag in chart.flags] == ["Tue 24 Nov", "Thu 26 Nov"]
    both = chart.flags[1]
    assert {one.words for one in both.said} == {"<spike>", f"Re-fill {done.pk}: 61 films"}
    assert reverse("admin:movies_refill_change", args=[done.pk]) in [one.url for one in both.said]
    assert "from=2026-11-26&to=2026-11-26" in next(
        one.url for one in both.said if one.words == "<spike>"
    )
    assert chart.drawn["flags"][5] == [one.words for one in both.said]


def test_flags_are_in_the_table_and_read_aloud(boss):
    for number in range(1, 6):
        incident("spike", DAY * number)

    chart = drawn(boss, period="7")

    assert chart.table.count("&lt;spike&gt;") == 5
    assert "; Thu 26 Nov: <spike>; Wed 25 Nov: <spike>; " in chart.summary
    assert "and 2 more flags." in chart.summary
    assert (chart.newest_flags[0].name, chart.more_flags) == ("Thu 26 Nov", 2)


def test_many_of_a_kind_in_one_bucket_are_counted(boss):
    for number in range(3):
        refill(DAY + HOUR * number)

    assert drawn(boss).flags[0].words == "3 re-fills"


def test_a_bucket_that_was_an_outage_for_half_of_it_is_shaded(boss):
    incident("outage", DAY * 2, DAY)
    incident("silence", DAY * 5, HOUR)

    chart = drawn(boss, period="7")

    assert chart.drawn["bands"] == [5]
    assert len(chart.flags) == 2


def test_outages_within_others_are_counted_once(boss):
    # Ten hours, and eight of them once more: less than half a day.
    incident("outage", DAY * 2 + HOUR * 16, HOUR * 10)
    incident("silence", DAY * 2 + HOUR * 15, HOUR * 8)
    # Another day has twice seven, side by side.
    incident("outage", DAY * 4 + HOUR * 16, HOUR * 7)
    incident("silence", DAY * 4 + HOUR * 9, HOUR * 7)

    assert drawn(boss, period="7").drawn["bands"] == [2]


def test_what_began_before_the_period_is_flagged_where_it_begins(boss):
    incident("silence", DAY * 9, DAY * 4)

    assert drawn(boss, period="7").flags[0].place == 0


def test_a_chart_without_marks_has_none(boss):
    chart = drawn(boss)

    assert (chart.flags, chart.drawn["flags"], chart.drawn["bands"]) == ((), {}, [])


def test_whoever_may_see_neither_searches_nor_refills_sees_no_marks():
    incident("spike", DAY)

    assert marks.read(view_of({}, TODAY), User.objects.create_user("stranger")) == []


def test_a_term_is_marked_by_what_concerns_it(boss):
    term = rows.search("dune", at=NOW).term
    other, its = refill(), refill(DAY * 2)
    for batch, has_it in ((other, False), (its, True)):
        film = rows.film()
        RefillItem.objects.create(refill=batch, movie=film, state=RefillItem.State.CHANGED)
        if has_it:
            Hit.objects.create(term=term, movie=film, rank=1, seen_by="0" * 32)
    incident("spike", DAY * 3, terms=[term.pk + 1])
    incident("spike", DAY * 4, terms=[term.pk], words="its spike")
    incident("nothing_found_surge", DAY * 5)
    incident("outage", DAY * 6)

    found = marks.read(view_of({}, TODAY), boss, term.pk)

    words = [marks.source_of(mark).words(mark) for mark in found]
    assert words == ["<outage>", "its spike", f"Re-fill {its.pk}: 1 of its films"]


def test_what_staff_fetched_and_the_night_chose_is_marked(boss, staff):
    by_staff = {"origin": Origin.STAFF, "requested_by": staff, "outcome": Outcome.FETCHED}
    at = NOW - DAY
    fetched = rows.search("dune", at=at, films_new=96, **by_staff)
    rows.search("heat", at=at, films_new=0, **by_staff)
    rows.search("alien", at=at, films_new=9)
    other = rows.search("heat", at=at - DAY, films_new=5, **by_staff)
    night = Refill.objects.create(
        reason="Nightly choice: 240", films=240, changed=239, unchanged=1, finished_at=at + HOUR
    )
    Refill.objects.create(reason="Nightly choice: mine", requested_by=staff)

    def found(term_id=None):
        return [
            (source.words(mark), source.url(mark))
            for mark in marks.read(view_of({}, TODAY), boss, term_id)
            for source in [marks.source_of(mark)]
        ]

    search_page, refill_page = "admin:movies_search_change", "admin:movies_refill_change"
    of_dune = ("“dune” fetched by staff: 96 new films", reverse(search_page, args=[fetched.pk]))
    assert found() == [
        ("“heat” fetched by staff: 5 new films", reverse(search_page, args=[other.pk])),
        of_dune,
        ("Nightly choice: 240 films", reverse(refill_page, args=[night.pk])),
    ]
    assert found(fetched.term_id) == [of_dune]


def test_an_import_is_marked_where_its_searches_are(boss):
    term = rows.search("dune", at=NOW).term
    old = rows.imported(
        first_at=NOW - 5 * DAY, last_at=NOW - 3 * DAY, searches=12_000, name="<old>.csv"
    )
    rows.imported(first_at=NOW - 90 * DAY, last_at=NOW - 60 * DAY)

    (mark,) = marks.read(view_of({}, TODAY), boss)

    source = marks.source_of(mark)
    assert source.words(mark) == "Import of <old>.csv: 12,000 searches"
    assert source.url(mark) == reverse("admin:movies_import_change", args=[old.pk])
    assert (mark.first, mark.last) == (old.first_at, old.last_at)
    assert marks.read(view_of({}, TODAY), boss, term.pk) == []


def test_a_merge_is_marked_when_staff_made_it(boss):
    dune, other = (rows.search(term, at=NOW).term for term in ("dune 2", "dune part two"))
    merging.merge(dune, other, boss)
    LogEntry.objects.update(action_time=NOW - DAY)

    for term_id in (None, dune.pk):
        (mark,) = marks.read(view_of({}, TODAY), boss, term_id)
        source = marks.source_of(mark)
        assert source.words(mark) == "“dune 2” merged into another term"
        assert source.url(mark) == reverse("admin:movies_searchterm_change", args=[dune.pk])
    assert marks.read(view_of({}, TODAY), boss, other.pk) == []


def test_marks_are_found_without_reading_the_searches_of_visitors(boss):
    term = rows.search("dune").term
    Search.objects.bulk_create(
        Search(term=term, origin=Origin.VISITOR, outcome=Outcome.CACHED) for _ in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as queries:
        marks.read(view_of({}, TODAY), boss)

    (plan,) = plans_of(queries)
    assert "search_by_person" in plan or "search_requested_by" in plan


def test_the_page_names_them_beneath_the_chart(boss, client):
    rows.all_fine()
    rows.search("dune", at=NOW)
    done = Refill.objects.create(finished_at=rows.search("dune").created_at, films=2, changed=2)
    fold()
    client.force_login(boss)

    page = client.get(reverse("admin:index")).text

    assert f">Re-fill {done.pk}: 2 films</a>" in page
    assert page.index("<canvas") < page.index("chart-marks")
