"""Fetching the rest of terms: the question, what fits, and pressing twice."""

import threading
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from dashboard.tests import rows
from dashboard.tests.worklist import lists
from dashboard.worklist import fetching
from movies import services
from movies.models import Outcome, Search, SearchTerm

pytestmark = pytest.mark.django_db

FETCH = reverse("dashboard:fetch_rest")
PAGE = reverse("dashboard:worklist")


@pytest.fixture
def terms() -> dict[str, SearchTerm]:
    return lists.some()


def pressed(client, *terms: SearchTerm, **more: str) -> str:
    """Answer the question about these terms; return what is said."""
    # What was said before has been read.
    client.get(PAGE)
    response = client.post(FETCH, {"term": [term.pk for term in terms], **more})
    assert response.status_code == 302
    return strip_tags(" | ".join(map(str, get_messages(response.wsgi_request))))


def asked(client, *terms: SearchTerm) -> str:
    html = client.get(FETCH, {"term": [term.pk for term in terms]}).text
    return " ".join(strip_tags(html[html.index("<main") :]).split())


def test_the_question_about_one_term_names_it_and_its_cost(operator, terms):
    said = asked(operator, terms["dune"])

    assert said.count("Fetch the rest of “dune”") == 2
    assert "dune: 3 of 117 films held" in said
    assert "About 12 OMDb calls, for it begins with the first page." in said
    assert "1,000 of 1,000 are left, 200 reserved for visitors." in said


def test_the_question_about_several_adds_up_what_is_known(operator, terms):
    said = asked(operator, terms["dune"], terms["never"])

    assert said.count("Fetch the rest of 2 terms") == 2
    assert "At least 13 OMDb calls, for each fetch begins" in said


def test_the_demo_catalogue_costs_nothing_however_little_is_left(operator, terms, settings):
    settings.OMDB_DEMO = True
    settings.OMDB_DAILY_LIMIT = 1

    assert "The demo catalogue answers: no OMDb calls are spent." in asked(operator, terms["dune"])


def test_what_is_fetched_is_linked_and_in_the_log(operator, terms, broker):
    said = pressed(operator, terms["dune"], terms["never"])

    new = Search.objects.unfinished().order_by("pk")
    assert [search.term for search in new] == [terms["dune"], terms["never"]]
    assert said == f"Fetching the rest of 2 terms: {', '.join(map(str, new))}."
    assert LogEntry.objects.count() == 2


def test_pressed_twice_the_second_is_told_who_was_first(operator, terms, broker):
    pressed(operator, terms["dune"])
    clock = f"{timezone.localtime(Search.objects.latest('pk').created_at):%H:%M}"

    said = pressed(operator, terms["dune"])

    assert said.startswith(f"Already done by a operator, {clock}: Search ")
    assert Search.objects.unfinished().count() == 1


def test_a_fetch_that_has_just_broken_off_again_is_not_begun_by_the_same_press(
    operator, terms, broker
):
    pressed(operator, terms["dune"])
    Search.objects.unfinished().update(outcome=Outcome.FAILED)

    assert pressed(operator, terms["dune"]).startswith("Already done by a operator, ")
    assert not Search.objects.unfinished().exists()


def test_what_was_fetched_meanwhile_costs_nothing_again(operator, terms):
    SearchTerm.objects.filter(pk=terms["dune"].pk).update(is_short=False)

    said = pressed(operator, terms["dune"])

    assert said == "Nothing was fetched: nothing more of it is to be had."
    assert operator.get(FETCH, {"term": terms["dune"].pk}).url == PAGE


def test_what_staff_have_just_fetched_is_told_by_whom(operator, terms, broker):
    pressed(operator, terms["dune"])
    Search.objects.unfinished().update(outcome=Outcome.FETCHED)
    SearchTerm.objects.filter(pk=terms["dune"].pk).update(is_short=False)

    assert pressed(operator, terms["dune"]).startswith("Already done by a operator, ")


def test_what_does_not_fit_into_the_day_is_left_out_and_named(operator, terms, settings, broker):
    settings.OMDB_DAILY_LIMIT = 10

    assert "1 term does not fit into the calls of today: dune." in asked(
        operator, terms["dune"], terms["never"]
    )
    said = pressed(operator, terms["dune"], terms["never"])

    assert "Fetching the rest of “never”" in said
    assert "1 term does not fit into the calls of today: dune. There are calls again at" in said
    assert [search.term for search in Search.objects.unfinished()] == [terms["never"]]


def test_calls_that_staff_were_promised_are_not_promised_again(operator, terms, settings, broker):
    settings.OMDB_DAILY_LIMIT = 25
    other = lists.short("dunes", 1, held=3, total=80)
    pressed(operator, terms["dune"])

    assert "25 of 25 are left, 5 reserved for visitors, 12 promised to what staff fetch now." in (
        asked(operator, other)
    )
    assert "1 term does not fit into the calls of today: dune 3." in (
        pressed(operator, lists.short("dune 3", 1, held=3, total=90))
    )
    # Now OMDb has told how many pages there are, and most of them have come.
    Search.objects.unfinished().update(pages_total=11, pages_done=10)
    assert "Fetching the rest of “dunes”" in pressed(operator, other)


def test_what_running_re_fills_still_take_is_not_promised_either(operator, settings, broker):
    settings.OMDB_DAILY_LIMIT = 25
    other = lists.short("dunes", 1, held=3, total=80)
    services.refill([rows.film().pk for _ in range(6)])

    assert "25 of 25 are left, 5 reserved for visitors, 6 for re-fills that run." in (
        asked(operator, other)
    )
    assert (
        "1 term does not fit into the calls of today: dune 3. "
        "Re-fills that run take 6 of them: pause one, or wait until it is done."
    ) in pressed(operator, lists.short("dune 3", 1, held=0, total=200))


@pytest.mark.django_db(transaction=True)
def test_two_who_fetch_at_the_same_moment_are_not_promised_the_same_calls(settings, broker):
    settings.OMDB_DEMO = False
    settings.OMDB_DAILY_LIMIT = 25
    first, second = (lists.short(text, 1, held=0, total=117) for text in ("dune", "dunes"))
    user = User.objects.create_user("ann")
    plans = []

    def fetch_too() -> None:
        plans.append(fetching.fetch([second.pk], user)[0])
        connection.close()

    other = threading.Thread(target=fetch_too)
    with transaction.atomic():
        fetching.fetch([first.pk], user)
        other.start()
        # It has to wait for this transaction.
        other.join(0.5)
    other.join(30)

    assert [one.term for one in plans[0].too_dear] == ["dunes"]
    assert [search.term for search in Search.objects.unfinished()] == [first]


def test_of_very_many_a_few_are_named(operator, settings, broker):
    settings.OMDB_DAILY_LIMIT = 20
    many = [lists.short(f"few {number}", 1, held=0, total=9) for number in range(16)]
    large = [lists.short(f"large {number}", 1, held=0, total=900) for number in range(6)]

    said = pressed(operator, *many, *large)

    assert "Fetching the rest of 16 terms: " in said
    assert ", …." in said
    assert "6 terms do not fit into the calls of today: large 0" in said


@pytest.mark.parametrize("keys", [[], ["abc"], ["1" * 19], [str(key) for key in range(101)]])
def test_what_names_no_terms_fetches_nothing(operator, keys):
    response = operator.post(FETCH, {"term": keys})

    assert response.url == PAGE
    assert [str(one) for one in get_messages(response.wsgi_request)] == [
        "Nothing was fetched: tick the terms again."
    ]


def test_from_the_page_of_a_term_it_leads_back_there(operator, terms, broker):
    answer = {"term": terms["dune"].pk, "from": "term"}

    response = operator.post(FETCH, answer)

    assert response.url == reverse("admin:movies_searchterm_change", args=[terms["dune"].pk])
    back = reverse("admin:movies_searchterm_change", args=[terms["never"].pk])
    assert f'href="{back}"' in operator.get(FETCH, answer | {"term": terms["never"].pk}).text


def test_without_redis_the_search_waits_in_its_row(operator, terms):
    assert "Fetching the rest of “dune”" in pressed(operator, terms["dune"])

    assert Search.objects.unfinished().count() == 1
    assert Search.objects.last().created_at > timezone.now() - timedelta(minutes=1)
