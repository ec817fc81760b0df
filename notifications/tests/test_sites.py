import pytest

from notifications import sites


@pytest.mark.parametrize(
    ("hosts", "name"),
    [
        (["marquee.example.org", "localhost"], "marquee.example.org"),
        ([".example.org"], "example.org"),
        (["*"], "localhost"),
        ([], "localhost"),
    ],
)
def test_a_site_is_called_by_the_first_host_it_answers_to(settings, hosts, name):
    settings.ALLOWED_HOSTS = hosts

    assert sites.name() == name


def test_an_address_names_the_port_of_a_site_under_development(settings):
    settings.ALLOWED_HOSTS, settings.WEB_PORT = ["localhost"], 8000

    assert sites.address("admin:index") == "http://localhost:8000/admin/"


def test_an_address_in_production_is_a_secure_one(settings):
    settings.ALLOWED_HOSTS, settings.PRODUCTION = ["marquee.example.org"], True

    assert sites.address("admin:index") == "https://marquee.example.org/admin/"
