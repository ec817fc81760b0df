"""What the tests search for before they change it."""

from datetime import UTC, datetime

SECRET = "jané o'doe & <sons>, 17 elm street"
MONDAY = datetime(2026, 11, 16, 9, 20, tzinfo=UTC)
