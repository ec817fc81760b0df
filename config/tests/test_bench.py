"""The bench still works: its own functions at 2,000 searches, without the peers."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.utils import timezone

from bench import (
    databases,
    filling,
    folding,
    importing,
    our_side,
    periods,
    reading,
    refill_side,
    relay_side,
    results,
    watching,
)
from bench import settings as bench_settings
from bench.databases import Size
from bench.mailing import OURS
from bench.measuring import COPY, checked
from bench.worker import Worker
from dashboard.ranks import refreshing

SIZE = Size(2000)


@pytest.fixture
def bench(settings, tmp_path, monkeypatch, django_db_blocker) -> Iterator[None]:
    """The bench's own addresses, and a folder for databases beside the test database."""
    for name in ("ROOT_URLCONF", "TEMPLATES", "PLAIN_UNFOLD"):
        setattr(settings, name, getattr(bench_settings, name))
    monkeypatch.setenv("BENCH_FOLDER", str(tmp_path))
    tests = connections["default"]
    with django_db_blocker.unblock():
        yield
        databases.close()
    connections["default"] = tests


@pytest.mark.sqlite
def test_the_bench_builds_what_a_fold_would_make_and_measures_it(bench):
    assert databases.made(SIZE).startswith("2,000 searches of")
    assert checked() == "3 days verified"
    # On some days a month is as long as another preset, and late at night tomorrow's are made, too.
    presets = {refreshing.key_of(view) for view in refreshing.default_views(timezone.now())}
    assert f"{len(presets)} snapshots" in reading.prepare()

    lines = [*reading.lines("", [SIZE]), *periods.lines("", SIZE), *watching.lines("")]
    databases.create(COPY, template=SIZE.name)
    databases.use(COPY)
    paces = [our_side.record(0.1, seed=1), our_side.insert(0.1, seed=1)]
    lines += folding.lines("", batches=1, seconds=1)

    assert len(lines) == (6 + 1 + 2) * 2 + 1 + 6 + 3 * 3 + 4
    assert all(pace["a_second"] > 0 for pace in paces)


@pytest.mark.sqlite
def test_the_bench_imports_a_file_beside_a_bare_insert(bench):
    pace, batches = importing.lines("SQLite", number=300, rounds=1)

    assert pace.ratio
    assert batches.ratio


@pytest.mark.sqlite
def test_the_bench_builds_results_as_a_fold_would_record_them_and_measures_their_list(bench):
    lines = list(results.lines("", [1000, 2000], with_peer=False))

    assert len(lines) == 9 + 2
    assert "1,000 results" in lines[-1].name


@pytest.mark.sqlite
def test_the_bench_mails_what_it_queues_and_counts_what_arrives(bench, settings):
    databases.create(OURS)
    databases.use(OURS)
    relay_side.migrate()
    sink = Worker("bench.sink", "bench.settings", databases.url(OURS))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.ask("start")

    statements = relay_side.statements(40)
    taken = sink.ask("taken")
    sink.stop()

    assert taken == {"mails": 40, "again": 0}
    assert relay_side.unsent() == 0
    assert 2 < statements < 8
    assert relay_side.statements_of_receiver() == 1
    assert relay_side.receive(0.1)["a_second"] > 0


@pytest.mark.sqlite
def test_the_bench_fills_what_it_starts_and_counts_what_was_asked(bench, settings):
    databases.create(filling.NAME)
    databases.use(filling.NAME)
    refill_side.migrate()
    omdb = Worker("bench.omdb_side", "bench.settings", databases.url(filling.NAME))
    settings.OMDB_URL, settings.OMDB_API_KEY = omdb.ask("start"), "bench-key"
    settings.OMDB_DEMO = False

    assert refill_side.plain_loop(3) > 0
    assert 10 < refill_side.statements(20) < 25
    assert omdb.ask("called") == 3 + 20
    omdb.stop()

    assert refill_side.watching(10) > 0
    assert refill_side.starting(10) > 0
    assert refill_side.starting_again() > 0
    assert refill_side.cancelling() > 0
