"""Keep a program running: one that is killed is started again, one that is told to stop ends."""

import json
import os
import shlex
import signal
import subprocess

from django.conf import settings

_AGAIN = "ended by itself, and is started again"

# The shell hears the signal too, and lets the program end first.
_KEEP = (
    "trap 'stop=1' TERM INT HUP; "
    'until [ -n "$stop" ] || {command}; do '
    '[ -n "$stop" ] || {{ echo {says}; sleep 1; }}; '
    "done"
)


def kept(command: str) -> str:
    """Return a shell line that runs `command` again whenever it ends by itself in an error."""
    says = _AGAIN
    if settings.PRODUCTION:
        says = json.dumps({"message": _AGAIN, "logger": __name__})
    return _KEEP.format(command=command, says=shlex.quote(says))


def start(command: list[str]) -> "subprocess.Popen[bytes]":
    """Start `command`, kept, in a session of its own; `stop` ends both."""
    words = ["/bin/sh", "-c", kept('"$@"'), "kept", *command]
    return subprocess.Popen(words, start_new_session=True)  # noqa: S603 - our own words


def stop(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> None:
    """End what `start` returned, and wait for it."""
    if process.poll() is None:
        os.killpg(process.pid, number)
    process.wait()
