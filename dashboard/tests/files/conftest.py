import pytest
from django.test import Client
from django.utils import timezone

from dashboard.tests.files.reading import NOW


@pytest.fixture
def viewer(member, monkeypatch) -> Client:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = Client()
    client.force_login(member("Viewers"))
    return client
