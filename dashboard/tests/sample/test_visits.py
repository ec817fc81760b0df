from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from dashboard.days import site_date
from dashboard.sample.interests import interests
from dashboard.sample.visits import Story, Visit
from movies.models import Origin

SATURDAY, AUTUMN = date(2026, 11, 21), date(2026, 10, 25)


def visits(day: date, searches_a_day: float = 2000) -> list[Visit]:
    return Story(1, searches_a_day, SATURDAY, interests(1)).visits(day)


def test_a_day_s_searches_are_of_that_site_day_also_when_the_clocks_change():
    for day in (SATURDAY, AUTUMN):
        assert {site_date(visit.at) for visit in visits(day)} == {day}


def test_evenings_of_the_site_s_clock_are_busiest():
    hours = Counter(visit.at.astimezone(ZoneInfo("Europe/Berlin")).hour for visit in visits(AUTUMN))

    assert hours.most_common(1)[0][0] in {19, 20, 21}
    assert hours[20] > 10 * hours[4]


def test_visitors_are_most_and_staff_bots_and_commands_are_told_apart():
    who = Counter((visit.origin, visit.is_bot) for visit in visits(SATURDAY))

    assert set(who) == {
        (Origin.VISITOR, False),
        (Origin.VISITOR, True),
        (Origin.STAFF, False),
        (Origin.COMMAND, False),
    }
    assert who[Origin.VISITOR, False] > 0.85 * who.total()
    assert all(bool(visit.actor) is (visit.origin != Origin.COMMAND) for visit in visits(SATURDAY))


def test_a_searcher_makes_a_few_searches_and_never_more_than_a_person_may():
    actors = Counter(visit.actor for visit in visits(SATURDAY) if visit.actor)

    assert 1.5 < actors.total() / len(actors) < 3
    assert max(actors.values()) <= 8
    assert all(len(actor) == 32 for actor in actors)


def test_a_few_terms_are_popular_and_most_are_rare():
    terms = Counter(visit.term for visit in visits(SATURDAY, 5000))
    counts = sorted(terms.values(), reverse=True)

    assert sum(counts[:20]) > 0.2 * terms.total()
    assert counts.count(1) > 0.4 * len(counts)
