"""An import that is stopped, killed, or run twice at once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError

from conftest import IS_LONG, database_environment, wait_until
from movies.importing import running, writing
from movies.models import Import, Search, SearchTerm
from movies.tests.search_logs import START, line, run, written

pytestmark = pytest.mark.django_db
LINES = 60_000 if IS_LONG else 6_000


def stop_after(batches: int, monkeypatch) -> None:
    """Have the next import stop after so many batches, as Ctrl-C does."""
    done = []

    def write(entry, batch):
        if len(done) == batches:
            raise KeyboardInterrupt
        done.append(batch)
        plain(entry, batch)

    plain = writing.write
    monkeypatch.setattr(running, "FIRST_BATCH", 10)
    monkeypatch.setattr(running, "BATCH", 10)
    monkeypatch.setattr(writing, "write", write)


def test_what_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch, capsys):
    file = written(tmp_path, *(line(number) for number in range(25)))
    with monkeypatch.context() as patch:
        stop_after(1, patch)
        with pytest.raises(CommandError, match="Stopped at line 10") as stopped:
            run(file)
    assert stopped.value.returncode == 130
    with pytest.raises(CommandError, match="it can only go on with these"):
        run(file, "--time-zone", "UTC")

    run(file)

    assert "old.csv goes on after line 10 of 25." in capsys.readouterr().out
    assert Search.objects.count() == Import.objects.get().searches == 25


def test_a_file_that_changed_after_it_was_stopped_is_refused(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_after(1, patch)
        with pytest.raises(CommandError):
            run(written(tmp_path, *(line(number) for number in range(25))))

    with pytest.raises(CommandError, match="has changed since its import stopped at line 10"):
        run(written(tmp_path, *(line(number) for number in range(26))))


def test_whoever_is_second_with_a_file_stops_and_writes_nothing(tmp_path, monkeypatch):
    file = written(tmp_path, *(line(number) for number in range(25)))

    def overtaken(entry, batch):
        # Another process has written this batch meanwhile.
        Import.objects.filter(pk=entry.pk).update(offset=batch.offset)
        plain(entry, batch)

    plain = writing.write
    with monkeypatch.context() as patch:
        patch.setattr(writing, "write", overtaken)
        with pytest.raises(CommandError, match="Another process imports this file"):
            run(file)

    assert not Search.objects.exists()


def test_another_process_may_have_ended_it(tmp_path, monkeypatch):
    file = written(tmp_path, line(0))

    def ended(entry):
        Import.objects.update(finished_at=START)
        plain(entry)

    plain = writing.finish
    monkeypatch.setattr(writing, "finish", ended)

    with pytest.raises(CommandError, match="Another process imports this file"):
        run(file)


def start(file: Path) -> subprocess.Popen[bytes]:
    words = [sys.executable, "manage.py", "import_searches", str(file)]
    return subprocess.Popen(
        words,
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **database_environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_by_two_at_once_it_loses_and_doubles_nothing(tmp_path):
    file = written(
        tmp_path, *(line(number, f"film {number % 700}") for number in range(LINES)), "bad\n"
    )
    file.write_text(file.read_text().removesuffix("bad\n"))

    def searches() -> int:
        return sum(Import.objects.values_list("searches", flat=True))

    for _ in range(3):
        before = searches()
        both = [start(file), start(file)]
        wait_until(lambda: searches() > before or all(one.poll() is not None for one in both))  # noqa: B023
        for one in both:
            one.send_signal(signal.SIGKILL)
            one.communicate()
    last = start(file)
    last.communicate()

    assert last.returncode == 0
    assert Search.objects.count() == searches() == LINES
    assert SearchTerm.objects.count() == Import.objects.get().terms == 700
    assert Search.objects.filter(is_first=True).count() == 700
    assert Search.objects.values("created_at").distinct().count() == LINES
