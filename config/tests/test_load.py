"""The short form of config/tests/load, whose long one `make verify` runs."""

import subprocess
import sys

import pytest

PLAN = "--seconds 6 --searches 300 --visitors 6 --staff 2 --pace 1"


@pytest.mark.sqlite
@pytest.mark.timeout(300)
def test_nobody_sees_an_error_and_nothing_is_lost_while_things_break():
    done = subprocess.run(
        [sys.executable, "-m", "config.tests.load", *PLAN.split()],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "All while things break" in done.stdout
