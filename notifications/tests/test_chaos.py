"""The short form of `make verify`'s chaos: real workers, killed and stopped while they mail."""

import os
import subprocess
import sys

import pytest

from conftest import database_environment

SHORT = {
    "mails": 40,
    "workers": 4,
    "celery": 1,
    "kills": 8,
    "stops": 4,
    "outages": 1,
    "seconds": 6,
    "lease": 3,
}


@pytest.mark.django_db(transaction=True)
def test_no_mail_is_lost_or_silently_repeated_while_workers_die(broker):
    options = [word for name, value in SHORT.items() for word in (f"--{name}", str(value))]

    # Terms are sent again when in doubt, tests are held.
    run = subprocess.run(
        [sys.executable, "-m", "notifications.tests.chaos", "--ambiguous", "both", *options],
        env={**os.environ, **database_environment()},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
