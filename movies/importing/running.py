"""A file brought in batch by batch; after a kill it goes on where the last batch ended."""

import getpass
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from movies.importing import writing
from movies.importing.checking import Contents, Progress
from movies.importing.files import File
from movies.importing.forms import form_of
from movies.importing.lines import lines_from
from movies.importing.records import Record, Records
from movies.importing.writing import Batch
from movies.models import Import

BATCH = 1000
# SQLite has one writer: a batch is as large as takes this long there, on whatever disk.
FIRST_BATCH = 250
SECONDS_A_BATCH = 0.03


def begun(file: File) -> Import | None:
    """Return the import of a file of this content, if there is one."""
    return Import.objects.filter(sha256=file.sha256).first()


def changed_since(file: File) -> Import | None:
    """Return an import of this name that is not done, if the file has another content now."""
    others = Import.objects.filter(name=file.name, finished_at=None)
    return others.exclude(sha256=file.sha256).first()


def planned(file: File, contents: Contents, *, zone: str, now: datetime) -> Import:
    """Return the import of a file that holds searches, not written yet."""
    return Import(
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        run_by=f"{getpass.getuser()}@{socket.gethostname()}"[:255],
        encoding=file.encoding,
        time_zone=zone,
        started_at=now,
        lines=contents.lines,
        skipped=contents.bad,
        bad_lines=contents.bad_lines,
        first_at=contents.first_at,
        last_at=contents.last_at,
    )


def begin(entry: Import) -> Import:
    """Write the row of an import down; of two processes with one file both get the same."""
    if entry.pk:
        return entry
    facts = {field.attname: getattr(entry, field.attname) for field in Import._meta.concrete_fields}
    return Import.objects.get_or_create(sha256=entry.sha256, defaults=facts)[0]


def run(entry: Import, file: File, progress: Progress) -> None:
    """Write what of a file is not written yet; raise TakenMeanwhile if another process does so.

    `progress` is told the lines that are done, and those there are.
    """
    form = form_of(file, ZoneInfo(entry.time_zone), entry.started_at)
    with file.path.open("rb") as content:
        lines = lines_from(content, file.encoding, size=file.size, offset=entry.offset)
        records = iter(Records(lines, form, line=entry.line))
        pace = _Pace()
        while batch := _next_batch(records, pace.batch):
            pace.write(entry, batch)
            progress(entry.line, entry.lines)
    writing.finish(entry)


def _next_batch(records: Iterator[Record], most: int) -> Batch | None:
    """Return at most so many searches with whatever bad lines are between; None at the end."""
    found, last = [], None
    for last in records:
        if last.found:
            found.append(last.found)
            if len(found) == most:
                break
    return Batch(found, last.line, last.end) if last else None


class _Pace:
    """How large a batch is; on SQLite it leaves the lock to others for as long as it held it."""

    def __init__(self) -> None:
        self.is_sqlite = connection.vendor == "sqlite"
        self.batch = FIRST_BATCH if self.is_sqlite else BATCH
        self.free_since = time.monotonic()

    def write(self, entry: Import, batch: Batch) -> None:
        began = time.monotonic()
        writing.write(entry, batch)
        took = time.monotonic() - began
        if self.is_sqlite:
            if len(batch.found) == self.batch:
                self.batch = max(1, min(BATCH, int(self.batch * SECONDS_A_BATCH / took)))
            # Whoever waits for the lock looks again only now and then, and must find it free.
            time.sleep(max(0.0, took - (began - self.free_since)))
            self.free_since = time.monotonic()
