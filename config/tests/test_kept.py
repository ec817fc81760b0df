import json
import signal
import subprocess

from config import kept
from conftest import wait_until


def test_a_program_that_fails_is_run_again_until_it_succeeds(tmp_path):
    runs = tmp_path / "runs"
    line = f'echo run >> "{runs}"; [ "$(wc -l < "{runs}")" -ge 2 ]'

    process = kept.start(["/bin/sh", "-c", line])

    assert process.wait(20) == 0
    assert runs.read_text() == "run\nrun\n"


def test_in_production_it_is_said_in_json_that_a_program_is_run_again(tmp_path, settings):
    settings.PRODUCTION = True
    line = kept.kept("[ -e ran ] || { touch ran; false; }")

    printed = subprocess.check_output(["/bin/sh", "-c", line], cwd=tmp_path)

    assert json.loads(printed)["message"] == "ended by itself, and is started again"


def test_a_program_that_is_told_to_stop_is_not_run_again(tmp_path):
    runs = tmp_path / "runs"
    process = kept.start(["/bin/sh", "-c", f'echo run >> "{runs}"; exec sleep 60'])
    wait_until(runs.exists)

    kept.stop(process)

    assert runs.read_text() == "run\n"


def test_stopping_what_has_ended_does_nothing():
    process = kept.start(["/bin/true"])
    process.wait(20)

    kept.stop(process, signal.SIGKILL)

    assert process.returncode == 0
