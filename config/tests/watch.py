"""Run pytest, and note for coverage.py which ways through the product's lines were gone.

coverage.py is called at each line of every package, which takes the suite half as long again.
Python's own monitoring (sys.monitoring) calls for the product's lines alone. What is noted is the
same: after which line of a call which other ran. Processes that tests start, it watches itself.
"""

import atexit
import os
import sys
import threading
from collections import defaultdict
from types import CodeType

import pytest
from coverage import Coverage, CoverageData

FOLDER = os.getcwd()
SOURCE = tuple(f"{FOLDER}/{name}/" for name in ("config", "dashboard", "movies", "notifications"))
events = sys.monitoring.events
TOOL = sys.monitoring.COVERAGE_ID

# A line below zero is coverage.py's name for the way into a function, and out of it.
gone: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)


class Calls(threading.local):
    """The calls that a thread is in, innermost last: the frame of each, and its latest line."""

    def __init__(self) -> None:
        self.open: list[list[int]] = []

    def current(self) -> list[int]:
        """Return the call that is running, and forget those that an exception ended inside it."""
        frame = id(sys._getframe(2))
        while self.open[-1][0] != frame:
            self.open.pop()
        return self.open[-1]


calls = Calls()


def begin(code: CodeType, offset: int) -> object:
    name = code.co_filename
    if not name.startswith(SOURCE) or "/tests/" in name or "/migrations/" in name:
        return sys.monitoring.DISABLE
    inside = events.LINE | events.PY_YIELD | events.PY_RESUME | events.PY_RETURN
    sys.monitoring.set_local_events(TOOL, code, inside)
    calls.open.append([id(sys._getframe(1)), -code.co_firstlineno])
    return None


def run_line(code: CodeType, line: int) -> None:
    call = calls.current()
    gone[code.co_filename].add((call[1], line))
    call[1] = line


def pause(code: CodeType, offset: int, value: object) -> None:
    calls.current()
    calls.open.pop()


def go_on(code: CodeType, offset: int, thrown: object = None) -> None:
    # An exception thrown into a generator is told of whoever's it is.
    if sys.monitoring.get_local_events(TOOL, code):
        frame = sys._getframe(1)
        calls.open.append([id(frame), frame.f_lineno])


def end(code: CodeType, offset: int, value: object) -> None:
    gone[code.co_filename].add((calls.current()[1], -code.co_firstlineno))
    calls.open.pop()


def save() -> None:
    data = CoverageData(suffix=True)
    data.add_arcs(gone)
    data.write()


def watch() -> None:
    atexit.register(save)
    sys.monitoring.use_tool_id(TOOL, "the suite's coverage")
    sys.monitoring.register_callback(TOOL, events.PY_START, begin)
    sys.monitoring.register_callback(TOOL, events.LINE, run_line)
    sys.monitoring.register_callback(TOOL, events.PY_YIELD, pause)
    sys.monitoring.register_callback(TOOL, events.PY_RESUME, go_on)
    sys.monitoring.register_callback(TOOL, events.PY_THROW, go_on)
    sys.monitoring.register_callback(TOOL, events.PY_RETURN, end)
    sys.monitoring.set_events(TOOL, events.PY_START | events.PY_THROW)


sys.path[0] = FOLDER
os.environ["COVERAGE_PROCESS_CONFIG"] = Coverage().config.serialize()
watch()
sys.exit(pytest.main())
