"""The bench still works: its own functions at 2,000 searches, without the peers."""

from collections.abc import Iterator

import pytest
from django.db import connections

from bench import databases, folding, our_side, periods, reading
from bench import settings as bench_settings
from bench.databases import Size
from bench.measuring import COPY, checked

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
    assert reading.prepare().startswith("6 snapshots")

    lines = [*reading.lines("", [SIZE]), *periods.lines("", SIZE)]
    databases.create(COPY, template=SIZE.name)
    databases.use(COPY)
    paces = [our_side.record(0.1, seed=1), our_side.insert(0.1, seed=1)]
    lines += folding.lines("", batches=1, seconds=1)

    assert len(lines) == 6 * 2 + 1 + 6 + 4
    assert all(pace["a_second"] > 0 for pace in paces)
