"""When files are asked for, and what they say."""

import csv
import io
from datetime import UTC, datetime, timedelta

# A Sunday, 10:35 in Berlin.
NOW = datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
LAST_WEEK = NOW - timedelta(days=8)


def table(response) -> list[dict[str, str]]:
    content = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))
