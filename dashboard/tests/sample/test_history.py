"""A small sample history as it stands in the database afterwards."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Count, F, Q

from dashboard.models import FilmDay
from dashboard.sample import history
from dashboard.sample.films import write_film_days
from dashboard.sample.interests import dice, interests
from dashboard.sample.ledger import Ledger
from dashboard.sample.visits import Story
from dashboard.tests import rows
from movies.models import ANSWERS, Hit, Movie, Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.ENVIRONMENT = "demo"


def write(now: datetime = NOW, days: int = 26, searches: int = 600) -> history.Written | None:
    steps: list[tuple[int, int]] = []
    written = history.write(
        now, days=days, searches=searches, seed=1, progress=lambda *step: steps.append(step)
    )
    assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
    assert all(total == len(steps) for _, total in steps)
    return written


def test_the_history_is_as_long_and_as_large_as_it_was_asked_to_be():
    written = write()

    assert written is not None
    assert written.searches == Search.objects.count()
    assert 500 < written.searches < 900
    assert written.terms == SearchTerm.objects.exclude(term=history.MARK).count()
    assert str(written.first) == "2026-10-28"
    first, last = Search.objects.order_by("created_at").first(), Search.objects.latest("created_at")
    assert first.created_at < NOW - timedelta(days=25)
    assert NOW - timedelta(hours=6) < last.created_at < NOW
    assert not Search.objects.filter(counted=True).exists(), "the roll-up folds them"


def test_it_says_what_it_is_in_words_that_nobody_can_search_for():
    write()

    assert history.is_there()
    (mark,) = SearchTerm.objects.filter(term__contains="INVENTED")
    assert mark.term != mark.term.casefold()
    assert not mark.searches.exists()


def test_every_term_has_one_first_search_which_is_its_earliest():
    write()

    terms = SearchTerm.objects.exclude(term=history.MARK)
    firsts = Count("searches", filter=Q(searches__is_first=True))
    assert not terms.annotate(firsts=firsts).exclude(firsts=1).exists()
    assert not Search.objects.filter(is_first=True, created_at__gt=F("term__created_at")).exists()
    assert not Search.objects.filter(created_at__lt=F("term__created_at")).exists()


def test_every_search_ended_after_it_began_and_in_an_outcome_that_fits():
    write()

    ended = Search.objects.filter(
        created_at__lte=F("started_at"), started_at__lte=F("finished_at"), finished_at__lt=NOW
    )
    assert ended.count() == Search.objects.count()
    outcomes = Counter(Search.objects.values_list("outcome", flat=True))
    assert set(outcomes) == {*ANSWERS, Outcome.FAILED, Outcome.OVER_BUDGET}
    assert not Search.objects.filter(outcome=Outcome.CACHED, is_first=True).exists()
    assert not Search.objects.filter(outcome=Outcome.CACHED, calls__gt=0).exists()
    assert not Search.objects.filter(outcome=Outcome.FETCHED, films_new=0).exists()
    empty = Search.objects.filter(outcome__in=[Outcome.NOT_FOUND, Outcome.TOO_MANY])
    assert not empty.filter(films_found__gt=0).exists()
    unanswered = Search.objects.exclude(outcome__in=ANSWERS)
    assert not unanswered.filter(Q(films_found__gt=0) | Q(message="")).exists()


def test_a_search_shows_the_films_that_are_held_for_its_term():
    write()

    held = Search.objects.filter(outcome__in=ANSWERS).annotate(held=Count("term__hits"))
    assert not held.exclude(films_found=F("held")).exists()
    cached = Search.objects.filter(outcome=Outcome.CACHED)
    assert not cached.exclude(total_results=F("term__total_results")).exists()
    assert Movie.objects.count() == Hit.objects.values("movie").distinct().count()
    assert Movie.objects.count() == sum(Search.objects.values_list("films_new", flat=True))


def test_what_was_answered_within_a_day_is_answered_from_the_cache():
    write()

    last: dict[int, datetime] = {}
    for search in Search.objects.order_by("created_at"):
        answered = last.get(search.term_id)
        is_fresh = answered is not None and answered > search.created_at - timedelta(days=1)
        assert is_fresh is (search.outcome == Outcome.CACHED)
        if search.outcome in ANSWERS and not is_fresh:
            last[search.term_id] = search.finished_at
    answered = SearchTerm.objects.exclude(term=history.MARK).filter(last_search__isnull=False)
    assert dict(answered.values_list("pk", "last_search")) == last
    assert set(answered.values_list("answered_by_demo", flat=True)) == {True}


def test_some_films_are_complete_with_genres_and_each_day_knows_how_many():
    write()

    complete = Movie.objects.complete()
    assert 0.4 * Movie.objects.count() < complete.count() < Movie.objects.count()
    assert not complete.filter(Q(filled_at=None) | Q(filled_at__gt=NOW)).exists()
    assert not complete.filter(genres=None).exists()
    assert not Movie.objects.incomplete().exclude(genres=None).exists()
    days = FilmDay.objects.order_by("day")
    assert days.count() == 25
    assert days.last().held <= Movie.objects.count()
    assert days.first().complete <= days.last().complete <= complete.count()


def test_the_same_seed_writes_the_same_rows():
    def entered() -> list[tuple[object, ...]]:
        story = Story(1, 50, NOW.date(), interests(1))
        ledger = Ledger([], [], today=NOW.date(), until=NOW)
        batch = ledger.enter(story.visits(NOW.date()), dice(1, "answers"))
        return [(row.uuid, row.term.term, row.finished_at, row.outcome) for row in batch.searches]

    assert entered() == entered()


def test_a_second_start_on_the_same_day_adds_nothing():
    write()
    before = Search.objects.count()

    assert write(NOW + timedelta(hours=1)) is None

    assert Search.objects.count() == before


def test_a_start_some_days_later_goes_on_where_the_history_ended():
    write()
    before = Search.objects.latest("created_at")
    later = NOW + timedelta(days=3)

    written = write(later)

    assert written is not None
    added = Search.objects.filter(pk__gt=before.pk)
    assert added.count() == written.searches > 50
    assert not added.filter(created_at__lte=before.created_at).exists()
    assert added.filter(created_at__gt=later - timedelta(days=1)).exists()
    assert added.filter(is_first=True).count() == written.terms
    assert not Search.objects.filter(created_at__gt=later).exists()
    assert write(later) is None


def test_what_broke_off_is_continued_and_comes_out_the_same():
    class PulledOut(Exception):
        pass

    def pull(done: int, days: int) -> None:
        if done == 4:
            raise PulledOut

    with pytest.raises(PulledOut):
        history.write(NOW, days=10, searches=400, seed=1, progress=pull)
    broken_off = Search.objects.count()
    write(days=10, searches=400)

    story = Story(1, 40, NOW.date(), interests(1))
    days = [NOW.date() - timedelta(days=ago) for ago in range(10)]
    expected = [
        visit.at for day in days for visit in story.visits(day) if visit.at < NOW - history.PATIENCE
    ]
    assert 0 < broken_off < len(expected)
    assert sorted(Search.objects.values_list("created_at", flat=True)) == sorted(expected)


@pytest.mark.parametrize("environment", ["development", "production"])
def test_only_a_demo_gets_a_sample_history(settings, environment):
    settings.ENVIRONMENT = environment

    with pytest.raises(history.NoPlaceForIt, match="ENVIRONMENT=demo"):
        write()

    assert not SearchTerm.objects.exists()


@pytest.mark.parametrize("real", [rows.search, rows.film])
def test_a_database_with_rows_of_its_own_gets_no_sample_history(real):
    real()

    with pytest.raises(history.NoPlaceForIt, match="of its own"):
        write()

    assert not history.is_there()


def test_without_films_no_day_of_films_is_written():
    write_film_days(NOW)

    assert not FilmDay.objects.exists()
