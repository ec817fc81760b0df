"""Rows of before a migration have the right values after it."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from movies.models import Refill, RefillItem

BEFORE = [("movies", "0003_lighter_search_indexes")]


@pytest.fixture
def old_apps(transactional_db):
    """The tables as they were before re-fills were batches."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    migrate()


def migrate() -> None:
    # All of them: the way back took along what others built on it.
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_re_fills_of_before_they_were_batches_know_how_their_films_ended(old_apps):
    old_refills, old_films = (old_apps.get_model("movies", name) for name in ("Refill", "Movie"))
    old_items = old_apps.get_model("movies", "RefillItem")
    states = ["changed", "changed", "unchanged", "failed", "waiting", "running"]
    some, empty = old_refills.objects.create(reason="Some"), old_refills.objects.create()
    for number, state in enumerate(states):
        film = old_films.objects.create(imdb_id=f"tt{number:07}", title="Film")
        old_items.objects.create(refill=some, movie=film, state=state)

    migrate()

    refill = Refill.objects.get(pk=some.pk)
    assert (refill.films, refill.changed, refill.unchanged, refill.failed) == (6, 2, 1, 1)
    assert (refill.open, refill.cancelled, refill.calls, refill.reason) == (2, 0, 0, "Some")
    assert not refill.is_held_up, "what was waiting goes on"
    assert [item.state for item in RefillItem.objects.order_by("pk")] == states
    assert Refill.objects.get(pk=empty.pk).films == 0
