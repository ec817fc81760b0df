"""Keep a program running: one that is killed is started again, one that is told to stop ends."""

import os
import signal
import subprocess

# The shell hears the signal too, and lets the program end first.
_KEEP = (
    "trap 'stop=1' TERM INT HUP; "
    'until [ -n "$stop" ] || {command}; do '
    '[ -n "$stop" ] || {{ echo "ended by itself, and is started again"; sleep 1; }}; '
    "done"
)


def kept(command: str) -> str:
    """Return a shell line that runs `command` again whenever it ends by itself in an error."""
    return _KEEP.format(command=command)


def start(command: list[str]) -> "subprocess.Popen[bytes]":
    """Start `command`, kept, in a session of its own; `stop` ends both."""
    words = ["/bin/sh", "-c", kept('"$@"'), "kept", *command]
    return subprocess.Popen(words, start_new_session=True)  # noqa: S603 - our own words


def stop(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> None:
    """End what `start` returned, and wait for it."""
    if process.poll() is None:
        os.killpg(process.pid, number)
    process.wait()
