"""A process of its own that does what it is told, line by line: `python -m bench.worker MODULE`.

Peers run so because they need other settings, and those that write because they need company.
"""

import importlib
import json
import os
import subprocess
import sys
from typing import Any

import django


class Worker:
    """Another process on one database; its functions are those of a module."""

    def __init__(self, module: str, settings: str, database_url: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The product logs each search; formatting it is measured, a terminal is not.
            stderr=subprocess.DEVNULL,
            text=True,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": settings,
                "DATABASE_URL": database_url,
                **environment,
            },
        )

    def begin(self, function: str, *arguments: Any) -> None:
        """Have a function called, and do not wait for it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([function, arguments]) + "\n")
        self._process.stdin.flush()

    def result(self) -> Any:
        """Return what the function that was begun has returned; raise if it could not."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        answer = json.loads(line or '{"error": "it died"}')
        if "error" in answer:
            raise RuntimeError(f"A worker failed: {answer['error']}")
        return answer["result"]

    def ask(self, function: str, *arguments: Any) -> Any:
        self.begin(function, *arguments)
        return self.result()

    def kill(self) -> None:
        """End the process as a power cut would, whatever it is at."""
        self._process.kill()
        self.stop()

    def stop(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve(module_name: str) -> None:
    """Answer each line of standard input by one of standard output, until there is no more."""
    django.setup()
    module = importlib.import_module(module_name)
    for line in sys.stdin:
        function, arguments = json.loads(line)
        try:
            answer = {"result": getattr(module, function)(*arguments)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
