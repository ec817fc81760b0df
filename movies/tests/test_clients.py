from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from movies import clients
from movies.models import ActorSalt

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"


def networks(*texts: str) -> list[object]:
    return [ip_network(text) for text in texts]


def request_from(rf, address: str, forwarded: str = "", agent: str = BROWSER):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return rf.get("/", headers={**headers, "User-Agent": agent}, REMOTE_ADDR=address)


def test_a_forwarded_address_is_not_believed_of_a_stranger(rf, settings):
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8")

    assert clients.address(request_from(rf, "203.0.113.7", "198.51.100.1")) == "203.0.113.7"


def test_without_trusted_proxies_nobody_is_believed(rf, settings):
    settings.TRUSTED_PROXIES = []

    assert clients.address(request_from(rf, "127.0.0.1", "198.51.100.1")) == "127.0.0.1"


def test_a_trusted_proxy_names_its_client(rf, settings):
    settings.TRUSTED_PROXIES = networks("10.0.0.1")

    assert clients.address(request_from(rf, "10.0.0.1", "198.51.100.1")) == "198.51.100.1"
    assert clients.address(request_from(rf, "10.0.0.1")) == "10.0.0.1"


def test_several_trusted_hops_lead_to_the_first_stranger(rf, settings):
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8", "2001:db8::/32")
    request = request_from(rf, "10.0.0.1", "192.0.2.66, 198.51.100.1, 2001:db8::5, 10.0.0.2")

    # What stands before the first stranger was written by that stranger.
    assert clients.address(request) == "198.51.100.1"


@pytest.mark.parametrize("forged", ["<script>", "198.51.100.1, unknown", ",", "10.0.0.1:80"])
def test_what_is_no_address_ends_the_chain(rf, settings, forged):
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8")

    assert clients.address(request_from(rf, "10.0.0.1", forged)) == "10.0.0.1"


def test_a_socket_without_addresses_has_none(rf, settings):
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8")

    assert clients.address(request_from(rf, "", "198.51.100.1")) == ""


@pytest.mark.django_db
def test_one_client_is_recognised_within_the_day_and_told_from_others(rf):
    actor = clients.actor(request_from(rf, "198.51.100.1"))

    assert clients.actor(request_from(rf, "198.51.100.1")) == actor
    assert clients.actor(request_from(rf, "198.51.100.2")) != actor


@pytest.mark.django_db
def test_another_user_agent_makes_nobody_another_client(rf):
    actor = clients.actor(request_from(rf, "198.51.100.1"))

    assert clients.actor(request_from(rf, "198.51.100.1", agent="Another")) == actor


@pytest.mark.django_db
def test_one_network_of_ipv6_is_one_client(rf):
    actor = clients.actor(request_from(rf, "2001:db8::1"))

    assert clients.actor(request_from(rf, "2001:db8::ffff")) == actor
    assert clients.actor(request_from(rf, "2001:db8:0:1::1")) != actor


@pytest.mark.django_db
def test_clients_of_ipv4_on_a_socket_of_ipv6_are_told_from_each_other(rf, settings):
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8")

    assert clients.address(request_from(rf, "::ffff:10.0.0.1", "198.51.100.1")) == "198.51.100.1"
    actor = clients.actor(request_from(rf, "::ffff:198.51.100.1"))
    assert clients.actor(request_from(rf, "::ffff:198.51.100.2")) != actor
    assert clients.actor(request_from(rf, "198.51.100.1")) == actor


@pytest.mark.parametrize("hop", ["198.51.100.1:443", " 198.51.100.1 ", "[2001:db8::1]:443"])
def test_a_proxy_may_name_the_port_too(rf, settings, hop):
    settings.TRUSTED_PROXIES = networks("10.0.0.0/8")

    address = clients.address(request_from(rf, "10.0.0.1", hop))

    assert address in {"198.51.100.1", "2001:db8::1"}


@pytest.mark.django_db
def test_nobody_is_recognised_across_days(rf):
    today = clients.actor(request_from(rf, "198.51.100.1"))

    # What is today's salt becomes yesterday's.
    ActorSalt.objects.update(day=timezone.localdate() - timedelta(days=1))

    assert clients.actor(request_from(rf, "198.51.100.1")) != today
    assert ActorSalt.objects.count() == 2


@pytest.mark.django_db
def test_the_hash_cannot_be_made_again_without_its_salt(rf):
    before = clients.actor(request_from(rf, "198.51.100.1"))

    ActorSalt.objects.all().delete()

    assert clients.actor(request_from(rf, "198.51.100.1")) != before


@pytest.mark.django_db
def test_no_address_reaches_the_database(client):
    client.post("/searches/", {"term": "dune"}, REMOTE_ADDR="198.51.100.77")

    stored = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 - our own names
            stored += cursor.fetchall()
    assert "dune" in str(stored)
    assert "198.51.100.77" not in str(stored)


@pytest.mark.parametrize(
    "agent", ["", "Googlebot/2.1", "curl/8.5.0", "python-requests/2.32", "HeadlessChrome/140"]
)
def test_machines_are_known_by_what_they_call_themselves(rf, agent):
    assert clients.is_bot(request_from(rf, "198.51.100.1", agent=agent))


def test_a_browser_is_no_machine(rf):
    assert not clients.is_bot(request_from(rf, "198.51.100.1"))
