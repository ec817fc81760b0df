from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from dashboard.system import outside
from dashboard.system.lines import State
from dashboard.tests import rows
from movies import calls
from movies.models import Movie, OmdbDay, Outcome, Refill, RefillHold, RefillItem
from notifications.models import MailServer

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def _real_key(settings) -> None:
    settings.OMDB_DEMO, settings.OMDB_API_KEY = False, "key"


def test_a_mail_server_that_refuses_nobody_is_fine():
    MailServer.objects.create(pk=1)

    assert outside.mail(NOW).state == State.FINE


def test_a_mail_server_that_refuses_everybody_is_broken_since_then():
    since = NOW - timedelta(minutes=3)
    MailServer.objects.create(pk=1, refused_since=since, reason="535 no such account.")

    line = outside.mail(NOW)

    assert (line.state, line.words, line.since) == (State.BROKEN, "refused", since)
    assert "tried every minute, next at <time" in line.by_itself
    assert line.you_can.endswith("(535 no such account).")


def test_the_demo_catalogue_needs_neither_budget_nor_key():
    assert outside.budget(NOW).words == "the demo catalogue answers and costs none"
    assert outside.key(NOW).state == State.FINE


@pytest.mark.usefixtures("_real_key")
def test_a_budget_with_calls_left_is_fine_and_measured(settings):
    settings.OMDB_DAILY_LIMIT = 1000
    calls.spend_for_visitor()

    line = outside.budget(NOW)

    assert (line.state, line.words) == (State.FINE, "999 of 1,000 calls left")
    assert [figure.value for figure in line.figures] == [1, 1000]


@pytest.mark.usefixtures("_real_key")
def test_a_budget_that_is_used_up_is_broken_and_opens_by_itself(settings):
    settings.OMDB_DAILY_LIMIT = 1
    calls.spend_for_visitor()

    line = outside.budget(NOW)

    assert (line.state, line.words) == (State.BROKEN, "used up")
    assert "expected to open at" in strip_tags(line.by_itself)


@pytest.mark.usefixtures("_real_key")
def test_a_budget_that_omdb_says_is_used_up_is_broken_too():
    calls.spend_for_visitor()
    OmdbDay.objects.update(refused_at=NOW)

    assert outside.budget(NOW).words == "OMDb says it is used up"


@pytest.mark.usefixtures("_real_key")
def test_a_key_that_nobody_used_yet_is_not_refused():
    assert outside.key(NOW).state == State.FINE


@pytest.mark.usefixtures("_real_key")
def test_a_key_is_refused_if_the_last_search_that_asked_was():
    ago = NOW - timedelta(hours=1)
    rows.search("dune", at=ago, outcome=Outcome.FETCHED, calls=1)
    rows.search("heat", at=NOW, outcome=Outcome.REFUSED, calls=1)
    rows.search("dune", at=NOW, outcome=Outcome.CACHED)

    assert outside.key(NOW).state == State.BROKEN

    rows.search("alien", at=NOW + timedelta(seconds=1), outcome=Outcome.FETCHED, calls=2)

    assert outside.key(NOW).state == State.FINE


@pytest.mark.usefixtures("_real_key")
def test_a_key_is_refused_if_re_fills_wait_for_another():
    hold = RefillHold.objects.create(pk=1, until=NOW, message="OMDb failed.", is_refused=False)
    assert outside.key(NOW).state == State.FINE

    hold.is_refused = True
    hold.save()

    assert outside.key(NOW).state == State.BROKEN


@pytest.mark.usefixtures("_real_key")
def test_a_key_with_which_a_re_fill_went_on_is_not_refused():
    rows.search("heat", at=NOW, outcome=Outcome.REFUSED, calls=1)
    film = Movie.objects.create(imdb_id="tt0076759", title="Star Wars")
    item = RefillItem.objects.create(refill=Refill.objects.create(), movie=film, state="changed")

    for minutes, state in ((-1, State.BROKEN), (1, State.FINE)):
        item.finished_at = NOW + timedelta(minutes=minutes)
        item.save()
        assert outside.key(NOW).state == state
