"""A whole Marquee, as `make run` starts it, for tests that meet it from outside."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from config.tests.environment import UNWATCHED


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One `python -m config.run` in a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = environment
        self.port = free_port()
        self.log = folder.with_name(f"{folder.name}.log")
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        environment = (
            os.environ
            | {
                "VAR_DIR": str(self.folder),
                "DATABASE_URL": "",
                "WEB_PORT": str(self.port),
            }
            | UNWATCHED
            | self.environment
        )
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "config.run"],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> bool:
        try:
            return self.get("healthz") == "ok"
        except OSError:
            return False

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}") as answer:
            return answer.read().decode()

    def words(self) -> str:
        return self.log.read_text()

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(40)

    def left_behind(self) -> list[str]:
        """Return the command lines of processes that were started for this folder."""
        return list(self.programs().values())

    def programs(self) -> dict[int, str]:
        """Return the command line of each process that was started for this folder, by pid."""
        # Redis writes its title over its environment, so it is known by its socket.
        marks = (f"VAR_DIR={self.folder}".encode(), f"{self.folder}/redis.sock".encode())
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes()
                about = words + (entry / "environ").read_bytes()
            except OSError:
                continue
            if any(mark in about for mark in marks):
                found[int(entry.name)] = words.decode(errors="replace")
        return found
