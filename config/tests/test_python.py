"""`config/python.sh`, on machines that lack what Marquee needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "python.sh"


@pytest.fixture
def machine(tmp_path):
    """Return a maker of machines on which only the given programs exist."""

    def run(**programs: str) -> "subprocess.CompletedProcess[str]":
        binaries = tmp_path / "bin"
        binaries.mkdir()
        for name in ("rm", "tail"):
            (binaries / name).symlink_to(str(shutil.which(name)))
        for name, script in ({"uname": "echo Linux x86_64"} | programs).items():
            program = binaries / name.replace("_", ".").replace("redis.", "redis-")
            program.write_text(f"#!{shutil.which('sh')}\n{script}\n")
            program.chmod(0o755)
        return subprocess.run(
            [str(shutil.which("sh")), str(SCRIPT)],
            cwd=tmp_path,
            env={"PATH": str(binaries), "TMPDIR": os.environ.get("TMPDIR", "/tmp")},  # noqa: S108
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def python(version: str) -> str:
    """Return a Python that knows its version and makes environments by touching a folder."""
    return f'case "$1" in -c) echo {version} ;; -m) : > .made-by-{version} ;; esac'


def test_no_python_at_all_is_one_clear_line(machine):
    done = machine()

    assert done.returncode == 1
    assert done.stderr == (
        "Marquee needs Python 3.12 on x86_64, or 3.12 or later and a redis-server; found: none.\n"
    )


def test_a_python_that_is_too_old_is_one_clear_line(machine):
    done = machine(python3=python("3.11"))

    assert done.returncode == 1
    assert done.stderr.endswith("found: 3.11.\n")


def test_a_later_python_needs_a_redis_of_the_system(machine):
    assert machine(python3=python("3.13")).returncode == 1


def test_a_later_python_with_a_redis_of_the_system_will_do(machine, tmp_path):
    done = machine(python3=python("3.13"), redis_server="")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".made-by-3.13").exists()


@pytest.mark.parametrize(("programs", "status"), [({}, 1), ({"redis_server": ""}, 0)])
def test_linux_on_arm_needs_a_redis_of_the_system(machine, programs, status):
    done = machine(python3_12=python("3.12"), uname="echo Linux aarch64", **programs)

    assert done.returncode == status


def test_python_3_12_is_preferred(machine, tmp_path):
    done = machine(python3_12=python("3.12"), python3=python("3.11"))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".made-by-3.12").exists()


def test_a_python_that_cannot_make_environments_is_one_clear_line(machine):
    broken = 'case "$1" in -c) echo 3.12 ;; -m) echo "no ensurepip" >&2; exit 1 ;; esac'

    done = machine(python3_12=broken)

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "no ensurepip" in line
    assert "apt install python3-venv" in line


def test_this_python_is_one_that_will_do():
    assert sys.version_info >= (3, 12)
