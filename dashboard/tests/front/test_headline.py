from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils.html import strip_tags

from dashboard.front.headline import headline, periods
from dashboard.front.sharing import Shared, shared_with
from dashboard.models import Snapshot
from dashboard.periods import view_of
from dashboard.ranks.boards import TermRow, TermTable
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.reading import NOW, TODAY, days_ago, fold, shared, usual_weeks
from movies.formats import moment
from movies.models import Origin, Outcome, Search

pytestmark = pytest.mark.django_db
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def said(found: Shared) -> str:
    return strip_tags(headline(found, has_pages=True))


def worked_out(found: Shared, low: float | None = None, high: float | None = None) -> Shared:
    return replace(found, snapshot=Snapshot(figures_to=NOW, volume_low=low, volume_high=high))


def rising(found: Shared, state: str = "rising", terms: int = 1) -> Shared:
    row = TermRow(1, 1, "dune", 9, 1, 0.1, 0, 0, state, 9.0, 2.0, 20.0)
    table = TermTable("rising", "Rising", (row,), 1, 1, 1, terms, 9, 0, 0, NOW, True, False, "")
    return replace(found, tables={"rising": table})


def test_who_sees_nothing_is_told_where_to_go(staff):
    found = shared(staff)

    assert headline(found, has_pages=True).startswith("No figures have been shared with you;")
    assert headline(found, has_pages=False).endswith(
        "nothing has been shared with you yet: ask an administrator."
    )


def test_who_does_not_see_the_searches_is_told_nothing_of_them(staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_movie"))

    assert said(shared(staff)) == "This is what has been shared with you."


def test_a_site_without_a_search_says_so(boss):
    assert said(shared(boss)) == "No search has been made yet."


def test_a_first_search_is_being_counted(boss):
    rows.search()

    assert said(shared_with(boss, view_of({}, TODAY), NOW)) == (
        "The first searches are being counted."
    )


@pytest.mark.parametrize("who", [{"origin": Origin.STAFF}, {"is_bot": True}])
@pytest.mark.parametrize("days", [0, 40])
def test_a_site_only_staff_and_bots_search_says_so_however_long_ago(boss, days, who):
    days_ago(days, **who)

    assert said(shared(boss)) == "Nobody but staff and bots has searched yet."


def test_an_empty_period_names_the_last_search_before_it_and_leads_to_it(boss):
    days_ago(23, 2)
    days_ago(22, is_bot=True)
    address = {"from": "2026-11-01", "to": "2026-11-07"}

    words = headline(shared(boss, **address), has_pages=True)

    at = strip_tags(moment(NOW - timedelta(days=23, hours=1)))
    assert strip_tags(words) == f"No searches 1–7 Nov. The last was {at}."  # noqa: RUF001
    assert "day_from=2026-10-30" in words
    bots = strip_tags(moment(NOW - timedelta(days=22, hours=1)))
    assert f"The last was {bots}." in said(shared(boss, **address, everyone="1"))


def test_of_a_last_search_that_was_removed_the_day_is_known(boss):
    days_ago(23)
    shared(boss)
    Search.objects.all().delete()

    words = said(shared(boss, **{"from": "2026-11-01", "to": "2026-11-07"}))

    assert words == "No searches 1–7 Nov. The last was 30 Oct."  # noqa: RUF001


def test_an_empty_period_before_all_searches_says_so(boss):
    days_ago(1)

    words = said(shared(boss, **{"from": "2026-11-01", "to": "2026-11-07"}))

    assert words == "No searches 1–7 Nov. The first was 21 Nov."  # noqa: RUF001


def test_searches_that_wait_are_searching_that_is_broken(boss):
    days_ago(1)
    rows.search("heat", at=NOW - timedelta(minutes=10), outcome="")

    assert said(shared(boss)) == ("Searching is broken: 1 search waits and no worker takes them.")


@pytest.mark.parametrize(
    ("failed", "answered", "is_broken"), [(2, 1, True), (2, 0, False), (2, 2, False)]
)
def test_most_searches_failing_is_searching_that_is_broken(boss, failed, answered, is_broken):
    at = NOW - timedelta(minutes=20)
    for _ in range(failed):
        rows.search(at=at, outcome=Outcome.FAILED)
    for _ in range(answered):
        rows.search(at=at)

    words = said(shared(boss))

    assert words.startswith("Searching is broken") == is_broken
    assert not is_broken or "2 of 3 searches of the last two hours failed." in words


def test_a_surge_of_searches_that_find_nothing_is_said_if_it_is_proven(boss):
    usual_weeks()
    found = shared(boss)
    base = replace(found.trend.base, searches=1000, nothing_found=100, not_answered=0)

    def words(nothing_found: int, searches: int = 1000) -> str:
        elapsed = replace(base, searches=searches, nothing_found=nothing_found)
        return said(replace(found, trend=replace(found.trend, base=base, elapsed=elapsed)))

    surge = f"Searches that find nothing have surged: 20.0{SPACE}%, after 10.0{SPACE}%."
    assert words(200) == surge
    # Proven, but not half as high again; then high, but not proven.
    assert "surged" not in words(140)
    assert "surged" not in words(2, 10)


def test_a_spike_is_said_of_today_or_of_the_last_complete_day(boss):
    usual_weeks()
    found = shared(boss)

    today = replace(found.trend, usual=(10,) * 28, today=80)
    yesterday = replace(found.trend, usual=(*(10,) * 27, 80), today=5)

    assert said(replace(found, trend=today)) == (
        "Searches spike today: 80 so far, 8.0 times a usual day."
    )
    assert said(replace(found, trend=yesterday)) == (
        "Searches spiked on Sat 21 Nov: 80, 8.0 times a usual day."
    )


def test_a_spike_of_yesterday_is_not_todays_while_the_figures_stand_still(boss):
    usual_weeks()
    days_ago(*[0] * 80)
    fold()

    tomorrow, later = TODAY + timedelta(days=1), NOW + timedelta(days=1)
    found = shared_with(boss, view_of({}, tomorrow), later)
    # What a fold that was cut short has counted is ahead of the figures.
    days_ago(-1)
    folding.fold_batch()
    ahead = shared_with(boss, view_of({"period": "today"}, tomorrow), later)

    spiked = "Searches spiked on Sun 22 Nov: 81 to 10:35, 81.0 times a usual day."
    assert (said(found), said(ahead)) == (spiked, spiked)
    assert periods(found) == (
        "27 Oct–23 Nov to Sun 22 Nov, 10:00 against "  # noqa: RUF001
        "29 Sep–26 Oct to Sun 25 Oct, 10:00"  # noqa: RUF001
    )


def test_a_day_that_is_not_counted_yet_is_not_said_to_have_no_searches(boss):
    days_ago(0)
    fold()

    tomorrow = view_of({"period": "today"}, TODAY + timedelta(days=1))
    found = shared_with(boss, tomorrow, NOW + timedelta(days=1))

    assert said(found).startswith("Nothing of 23 Nov is counted yet. The last was ")


def test_another_verdict_on_completeness_is_said_before_a_change_of_volume(boss):
    usual_weeks(20)
    for number in range(60):
        rows.search(f"term {number}", at=NOW - timedelta(days=30 + number % 20, hours=1))
    found = worked_out(shared(boss), 1.2, 1.4)

    assert said(found).startswith("The cache is getting more complete: first-time terms fell from")
    assert said(found).endswith("fewer searches.")


@pytest.mark.parametrize(
    ("now", "low", "high", "words"),
    [
        (108, 1.01, 1.2, "Searches are up 8.0 %."),
        (92, 0.8, 0.99, "Searches are down 8.0 %."),
        (108, 0.9, 1.2, "A usual 28 days: no provable change."),
        # The complete days say otherwise than the running one.
        (92, 1.01, 1.2, "A usual 28 days: no provable change."),
        (108, None, None, "A usual 28 days: no provable change."),
    ],
)
def test_a_change_of_volume_is_said_if_it_is_proven(boss, now, low, high, words):
    usual_weeks()
    found = shared(boss)
    base = replace(found.trend.base, searches=100)
    elapsed = replace(found.trend.elapsed, searches=now)
    found = replace(found, trend=replace(found.trend, base=base, elapsed=elapsed))

    assert said(worked_out(found, low, high)) == words.replace(" %", f"{SPACE}%")


def test_the_term_that_rises_most_is_named_if_that_is_proven(boss):
    usual_weeks()
    found = worked_out(shared(boss))
    base = replace(found.trend.base, searches=14)
    up = worked_out(replace(found, trend=replace(found.trend, base=base)), 1.5, 3.0)

    assert '"dune" rises most.' in headline(rising(up), has_pages=True)
    assert headline(rising(found), has_pages=True) == (
        'A usual 28 days; only "dune" provably rises.'
    )
    assert headline(rising(found, terms=3), has_pages=True) == (
        'A usual 28 days; 3 terms provably rise, "dune" most.'
    )
    assert "dune" not in said(rising(found, "steady"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"period": "7"}, "A usual week"),
        ({"period": "90"}, "A usual 90 days"),
        ({"period": "month"}, "A usual month so far"),
        ({"from": "2026-11-20", "to": "2026-11-20"}, "A usual day"),
        ({"from": "2026-11-10", "to": "2026-11-20"}, "A usual 11 days"),
    ],
)
def test_a_usual_period_is_called_by_its_name(boss, address, words):
    days_ago(*range(200))

    assert said(worked_out(shared(boss, **address))) == f"{words}: no provable change."


def test_of_a_day_that_runs_nobody_says_that_no_term_rises(boss):
    days_ago(*range(200))

    said_of_today = said(worked_out(shared(boss, period="today")))

    assert said_of_today == "A usual day so far; which terms rise is known tomorrow."


def test_without_a_comparison_the_searches_are_said(boss):
    days_ago(0, 1)

    assert said(shared(boss, compare="none")) == "2 searches 26 Oct–22 Nov."  # noqa: RUF001
    assert said(shared(boss)).endswith("; there is nothing to compare with yet.")


def test_what_is_not_worked_out_yet_is_no_usual_period(boss):
    usual_weeks()
    found = replace(shared(boss), snapshot=Snapshot(figures_to=None))

    assert said(found) == "28 searches 26 Oct–22 Nov; what changed is being worked out."  # noqa: RUF001


def test_who_may_not_see_terms_is_told_of_the_searches_all_the_same(staff):
    staff.user_permissions.add(Permission.objects.get(codename="view_search"))
    usual_weeks()

    assert said(shared(staff)) == "A usual 28 days: no provable change."
