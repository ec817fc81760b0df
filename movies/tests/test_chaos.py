"""The short form of `make verify`'s chaos: real workers, killed while they fill films."""

import os
import subprocess
import sys

import pytest

from conftest import database_environment

SHORT = {"films": 16, "workers": 2, "kills": 1, "lease": 5}


@pytest.mark.django_db(transaction=True)
def test_every_film_is_changed_once_whatever_dies_or_is_pressed_meanwhile(broker):
    options = [word for name, value in SHORT.items() for word in (f"--{name}", str(value))]

    run = subprocess.run(
        [sys.executable, "-m", "movies.tests.chaos", *options],
        env={**os.environ, **database_environment()},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
