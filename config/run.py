"""`make run`: everything Marquee needs, on one machine, until Ctrl-C or SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from honcho import manager
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from config import embedded_redis, kept

BASE_DIR = Path(__file__).resolve().parent.parent
# A worker puts back what it cannot finish in its soft shutdown; then nobody waits longer.
manager.KILL_WAIT = 10


STOPPING = (signal.SIGTERM, signal.SIGHUP)


class CannotStart(Exception):
    """What is in the way, and what to do about it, in one line."""


class Processes(manager.Manager):
    """honcho's manager, which can also be told to stop while it is still starting."""

    def terminate(self) -> None:
        if self._all_started():
            super().terminate()
            return
        # It knows no process yet that it could stop, and would never be asked again.
        signal.signal(signal.SIGALRM, lambda number, frame: self.terminate())
        signal.setitimer(signal.ITIMER_REAL, 0.1)


class Lines(Printer):
    """honcho's printer, for lines of JSON: they stay as they are, and its own become such."""

    def write(self, message: Message) -> None:
        if message.name == "system":
            line = json.dumps({"message": message.data.strip(), "logger": "honcho"})
            message = message._replace(data=line)
        super().write(message)


def main() -> int:
    """Run Marquee until it is told to stop; return the exit status."""
    # From the first moment on: what is started is stopped, whatever it is doing.
    for number in STOPPING:
        signal.signal(number, _stop)
    try:
        from django.conf import settings

        _check_port(settings.WEB_PORT)
        with _broker(settings.REDIS_URL, settings.VAR_DIR):
            _manage("migrate", "--verbosity", "0")
            _manage("first_superuser", "--verbosity", "0")
            if settings.ENVIRONMENT == "demo":
                _manage("sample_history")
                _manage("roll_up")
            print(_banner(), flush=True)  # noqa: T201 - this is what the person reads
            return _serve()
    except (CannotStart, ImproperlyConfigured, embedded_redis.RedisUnavailable) as error:
        print(f"Marquee cannot start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn does: a port that was just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"port {port} cannot be used ({error.strerror}). "
                "Stop what uses it, or set WEB_PORT to another."
            ) from None


@contextmanager
def _broker(url: str, folder: Path) -> Iterator[None]:
    own = url == f"unix://{folder}/redis.sock"
    server = embedded_redis.start(folder) if own else None
    try:
        yield
    finally:
        if server:
            # Last of all, so that the workers could put back what they had not finished.
            kept.stop(server)


def _manage(*words: str) -> None:
    done = subprocess.run([sys.executable, BASE_DIR / "manage.py", *words], check=False)  # noqa: S603
    if done.returncode:
        raise CannotStart(f"manage.py {words[0]} failed; its own words stand above.")


def _banner() -> str:
    from django.conf import settings

    address = f"http://127.0.0.1:{settings.WEB_PORT}/"
    console = settings.EMAIL_BACKEND.endswith("console.EmailBackend")
    mail = "printed below, by the workers" if console else f"sent through {settings.EMAIL_HOST}"
    films = "the demo catalogue answers" if settings.OMDB_DEMO else f"from {settings.OMDB_URL}"
    is_demo = settings.ENVIRONMENT == "demo"
    label = "\n  Demo       the searches so far are invented sample history" if is_demo else ""
    return (
        f"{label}\n  Search     {address}\n  Dashboard  {address}admin/\n"
        f"  Films      {films}\n  Mail       {mail}\n  Stop       Ctrl-C\n"
    )


def _serve() -> int:
    binaries = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        # In a container everything is root, and this is said at length by every worker.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        # A worker that is told to stop puts unfinished tasks back instead of dropping them.
        "REMAP_SIGTERM": "SIGQUIT",
    }
    from django.conf import settings

    processes = Processes(Lines(prefix=False) if settings.PRODUCTION else None)
    for name, line in parse_procfile((BASE_DIR / "Procfile").read_text()).processes.items():
        processes.add_process(name, kept.kept(line), env=environment, cwd=str(BASE_DIR))
    # A closed terminal ends everything too; honcho itself hears SIGINT and SIGTERM alone.
    signal.signal(signal.SIGHUP, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
    processes.loop()
    # 130 and 143: it was asked to stop, and did.
    return 0 if processes.returncode in {130, 143} else int(processes.returncode or 0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
