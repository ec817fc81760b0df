import threading
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import connection
from django.utils import timezone

from movies import services
from movies.models import ActorSalt, Origin, Outcome, Search, SearchTerm
from movies.tests.search_pages import post
from movies.throttling import Throttled, check_searches

pytestmark = pytest.mark.django_db

OTHERS = "titles that nobody searched for before"


def visit(text: str, actor: str = "abc") -> Search:
    return services.request_search(text, origin=Origin.VISITOR, actor=actor)


def age(minutes: float) -> None:
    """Let all that was searched have been searched so long ago."""
    Search.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))


def answered(text: str) -> SearchTerm:
    return SearchTerm.objects.create(
        term=text, last_search=timezone.now(), last_outcome=Outcome.FETCHED, answered_by_demo=True
    )


# --- Searches a minute ---


def test_the_thirty_first_search_of_a_minute_has_to_wait():
    term = SearchTerm.objects.create(term="alien")
    now = timezone.now()
    facts = {"term": term, "actor": "abc", "origin": Origin.VISITOR, "outcome": Outcome.CACHED}
    Search.objects.bulk_create(
        Search(created_at=now - timedelta(seconds=20 + number), **facts) for number in range(29)
    )
    check_searches("abc")

    Search.objects.create(**facts)

    with pytest.raises(Throttled, match=r"Too many searches\. Try again in 1[0-2] s\.") as refusal:
        check_searches("abc")
    assert 10 <= refusal.value.seconds <= 12
    check_searches("another")


def test_a_refused_search_is_not_written_and_asks_nobody(client, settings, broker):
    settings.SEARCHES_A_MINUTE = 1
    post(client, "first")

    assert post(client, "second").status_code == 429
    assert not SearchTerm.objects.filter(term="second").exists()
    assert Search.objects.count() == 1
    assert broker.keys() == []


# --- New terms an hour ---


def test_a_client_that_brought_its_new_terms_of_the_hour_is_told_why_and_when(client, settings):
    settings.NEW_TERMS_AN_HOUR = 2
    for text in ("one", "two"):
        assert post(client, text).status_code == 303
    age(minutes=48.5)

    response = post(client, "three")

    assert response.status_code == 429
    assert 680 <= int(response["Retry-After"]) <= 690
    words = f"Too many {OTHERS}. Try again in 12 min; known titles still work."
    assert words in response.content.decode()
    assert 'value="three"' in response.content.decode()


def test_a_refused_term_leaves_nothing_behind(
    client, settings, broker, django_capture_on_commit_callbacks
):
    settings.NEW_TERMS_AN_HOUR = 1
    post(client, "one")

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert post(client, "two").status_code == 429

    assert callbacks == []
    assert broker.keys() == []
    assert list(SearchTerm.objects.values_list("term", flat=True)) == ["one"]
    assert Search.objects.count() == 1


def test_terms_that_are_known_are_searched_beyond_the_budget(client, settings):
    settings.NEW_TERMS_AN_HOUR = 1
    answered("in the cache")
    SearchTerm.objects.create(term="never answered")
    post(client, "mine")

    assert [
        post(client, text).status_code for text in ("In the CACHE", "never answered", "mine")
    ] == [303, 303, 303]
    assert Search.objects.get(term__term="in the cache").outcome == Outcome.CACHED


def test_an_hour_later_a_new_term_is_taken_again(settings):
    settings.NEW_TERMS_AN_HOUR = 1
    visit("one")
    age(minutes=60.1)

    assert visit("two").is_first


def test_one_clients_new_terms_are_not_anothers(settings):
    settings.NEW_TERMS_AN_HOUR = 1
    visit("one")

    assert visit("two", actor="another").is_first


def test_searches_for_known_terms_take_nothing_of_the_budget(settings):
    settings.NEW_TERMS_AN_HOUR = 1
    SearchTerm.objects.create(term="known")
    assert not visit("known").is_first

    assert visit("new").is_first


def test_staff_and_commands_bring_as_many_terms_as_they_like(client, settings, staff):
    settings.NEW_TERMS_AN_HOUR = settings.SEARCHES_A_MINUTE = 1
    client.force_login(staff)

    for text in ("one", "two"):
        assert post(client, text).status_code == 303
        services.request_search(f"{text} more", origin=Origin.COMMAND, in_place=True)

    assert SearchTerm.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_new_terms_at_the_same_moment_no_more_pass_than_the_budget_has(settings):
    settings.NEW_TERMS_AN_HOUR = 2
    barrier = threading.Barrier(6)
    refused = []

    def work(number: int) -> None:
        barrier.wait()
        try:
            visit(f"term {number}")
        except Throttled:
            refused.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert SearchTerm.objects.count() == Search.objects.count() == 2
    assert len(refused) == 4


# --- Who a client is ---


def search_from(client, address: str, forwarded: str, text: str) -> int:
    headers = {"X-Forwarded-For": forwarded, "User-Agent": text}
    return client.post(
        "/searches/", {"term": text}, headers=headers, REMOTE_ADDR=address
    ).status_code


def test_a_client_does_not_become_another_by_naming_other_addresses(client, settings):
    settings.SEARCHES_A_MINUTE = 1
    first = search_from(client, "203.0.113.7", "198.51.100.1", "one")

    assert first == 303
    assert search_from(client, "203.0.113.7", "198.51.100.2", "two") == 429
    assert search_from(client, "203.0.113.8", "198.51.100.2", "three") == 303


def test_behind_a_trusted_proxy_only_what_that_wrote_counts(client, settings):
    settings.NEW_TERMS_AN_HOUR = 1
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    first = search_from(client, "10.0.0.1", "192.0.2.1, 198.51.100.1", "one")

    assert first == 303
    assert search_from(client, "10.0.0.1", "192.0.2.2, 198.51.100.1", "two") == 429
    assert search_from(client, "10.0.0.1", "198.51.100.1, 10.0.0.2", "three") == 429
    assert search_from(client, "10.0.0.1", "198.51.100.2", "four") == 303
    assert ActorSalt.objects.count() == 1
