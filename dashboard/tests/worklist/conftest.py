"""Who looks at the worklist, and who acts on it."""

import pytest


@pytest.fixture
def viewer(client, member):
    client.force_login(member("Viewers"))
    return client


@pytest.fixture
def operator(client, member, settings):
    settings.OMDB_DEMO = False
    client.force_login(member("Operators"))
    return client
