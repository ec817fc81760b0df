"""A pytest plugin that gives the tests an environment of their own, before settings are read.

TEST_DATABASE=postgres runs them on PostgreSQL, anything else on SQLite. Nothing of the
developer's own environment or .env file reaches them.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.tests import postgres

# Short, because sockets live in it.
FOLDER = Path(tempfile.mkdtemp(prefix="marquee-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

# Of a process that is started with it nobody watches which lines run: it is twice as quick.
UNWATCHED = {"COVERAGE_PROCESS_CONFIG": ""}

ENVIRONMENT = {
    "ENVIRONMENT": "development",
    "SECRET_KEY": "",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    "TRUSTED_PROXIES": "",
    "DATABASE_URL": f"sqlite:///{FOLDER}/marquee.sqlite3",
    "REDIS_URL": "",
    "OMDB_URL": "",
    "OMDB_API_KEY": "",
    "OMDB_DAILY_LIMIT": "1000",
    "SEARCH_FRESH_FOR": "86400",
    "SEARCHES_A_MINUTE": "30",
    "NEW_TERMS_AN_HOUR": "60",
    "EMAIL_URL": "consolemail://",
    "DEFAULT_FROM_EMAIL": "Marquee <marquee@localhost>",
    "ADMINS": "Ada <ada@localhost>, Ben <ben@localhost>",
    "TIME_ZONE": "Europe/Berlin",
    "VAR_DIR": str(FOLDER),
    "WEB_PORT": "8000",
    "METRICS_TOKEN": "",
}

os.environ.update(ENVIRONMENT)
if os.environ.get("TEST_DATABASE") == "postgres":
    os.environ["DATABASE_URL"] = postgres.start(FOLDER / "postgres")
