from datetime import date, timedelta

import pytest

from dashboard.sample import shapes
from dashboard.sample.answers import answer
from dashboard.sample.interests import BROAD, MISSING, NEW_FILM, STORIES, interests, misspelt
from dashboard.sample.visits import Story, volume
from movies.terms import normalise

TODAY = date(2026, 11, 22)


def course(shape: shapes.Shape) -> list[float]:
    """Return a shape over ninety days and the forty after them, the oldest first."""
    return [shape(ago, TODAY - timedelta(days=ago)) for ago in range(89, -41, -1)]


def test_the_same_seed_makes_the_same_interests_and_another_does_not():
    assert interests(1) == interests(1)
    assert interests(1) != interests(2)


def test_every_interest_is_a_term_once():
    terms = [interest.term for interest in interests(1)]

    assert len(set(terms)) == len(terms)
    assert all(normalise(term) == term for term in terms)


def test_an_ordinary_day_is_one_whole():
    steady = [one.share for one in interests(1) if one.shape is shapes.steady]

    assert sum(steady) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("term", MISSING)
def test_what_the_catalogue_is_said_to_lack_it_lacks(term):
    assert answer(term).films == ()
    assert not answer(term).is_too_broad


@pytest.mark.parametrize("term", BROAD)
def test_what_is_said_to_be_broad_is_too_broad(term):
    assert answer(term).is_too_broad


@pytest.mark.parametrize("story", ["roman holiday", "dune part two", "dune", "barbie", "rashomon"])
def test_the_stories_are_told_of_films_that_are_there(story):
    assert story in {term for term, _, _ in STORIES}
    assert answer(story).films


def test_a_new_film_is_looked_for_by_its_title_only_once_it_is_out():
    (new,) = [one for one in interests(1) if one.term == normalise(NEW_FILM)]

    assert new.shape is shapes.release


def test_a_spike_is_one_day_and_what_is_left_of_it():
    spike = course(shapes.spike)

    assert spike[89 - shapes.SPIKE_AGO] == max(spike) == 1
    assert set(spike[: 89 - shapes.SPIKE_AGO]) == {shapes.QUIET}
    assert spike[89] == shapes.QUIET


def test_a_release_rises_from_nothing_and_falls_more_slowly():
    release = course(shapes.release)
    busiest = release.index(1)

    assert not any(release[: 89 - shapes.RELEASE_AGO])
    assert busiest == 89 - shapes.RELEASE_AGO + shapes.RISE
    assert release[busiest - 4] < release[busiest + 4] < 1
    assert release[-1] == 0.15
    assert course(shapes.series_of_release)[busiest] == 4


def test_one_fades_another_is_gone_and_seasons_come_back():
    fading, gone = course(shapes.fading), course(shapes.gone)
    halloween = shapes.season(10, 31, 9)

    assert fading[0] == 1
    assert fading[89] < 0.1
    assert fading[-1] == shapes.QUIET
    assert gone[89 - 33] == 1
    assert gone[89 - 32] == 0
    assert halloween(0, date(2026, 10, 31)) == halloween(0, date(2030, 10, 31)) == 1
    assert halloween(0, date(2026, 7, 1)) < 0.01
    assert shapes.season(1, 1, 9)(0, date(2026, 12, 30)) > 0.9


def test_a_slip_of_the_finger_changes_little_and_is_made_in_any_text():
    class First:
        def randrange(self, _: int) -> int:
            return 0

        def choice(self, slips):
            return slips[self.number]

    chance = First()
    found = []
    for chance.number in range(3):
        found.append([misspelt(text, chance) for text in ("dune", "m")])

    assert found == [["udne", "m"], ["dne", "m"], ["ddune", "mm"]]


def test_weekends_are_busier_and_growth_is_slow_and_has_an_end():
    assert volume(0, date(2026, 11, 21)) > 1.3 * volume(0, date(2026, 11, 17))
    assert volume(0, TODAY) > volume(84, TODAY)
    assert volume(-1000, TODAY) == volume(-2000, TODAY)


def test_a_story_is_the_same_each_time_it_is_told():
    told = Story(1, 200, TODAY, interests(1)).visits(TODAY)

    assert told == Story(1, 200, TODAY, interests(1)).visits(TODAY)
    assert told != Story(2, 200, TODAY, interests(2)).visits(TODAY)
    assert [visit.at for visit in told] == sorted(visit.at for visit in told)
