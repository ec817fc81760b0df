"""What the log says: in production one line of JSON a record, with what the record is about.

The ids of the request, the task and the search are bound to the context that runs, and so stand in
every line that is written meanwhile, libraries' too. A request's id goes along with the messages
that it publishes.
"""

import logging
import re
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars, clear_contextvars

type View = Callable[[HttpRequest], HttpResponseBase]

# Whoever has the rest of such an address can choose somebody's password.
LINK = re.compile(r"(/admin/password/)[^\s\"'\\]+")


class Console(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes lines of whatever format without the links by which a password is chosen."""

    def format(self, record: logging.LogRecord) -> str:
        return LINK.sub(r"\1[link]", super().format(record))


def where(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Add the process and thread that wrote a line; structlog calls it for each."""
    record = event["_record"]
    return {**event, "process": record.process, "thread": record.threadName}


JSON_LINES: dict[str, Any] = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where,
        # As Python prints it: without the values of variables, of which some are secret.
        structlog.processors.format_exc_info,
    ],
    "processors": [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(),
    ],
}


def logging_of(formatter: str) -> dict[str, Any]:
    """Return what is logged, how, and where to; a line is `json` or, for people, a `line`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "format": "{levelname} {asctime} {module} {process:d} {thread:d} {message}",
                "style": "{",
            },
            "json": JSON_LINES,
        },
        "handlers": {
            "console": {
                "class": "config.logs.Console",
                "formatter": formatter,
            }
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            # Django's own default mails every error from inside the request.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # What a visitor or a colleague did wrong is an answer to them, not a line in the log.
            "django.request": {"level": "ERROR"},
            # Of `runserver`, whose own handler would print links.
            "django.server": {"handlers": ["console"]},
            # They tell of each message and each tick.
            "celery": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
            # A line for each failure and lock-out is enough.
            "axes": {"level": "WARNING"},
        },
    }


def with_request_id(get_response: View) -> View:
    """Give each request an id that its lines in the log bear, and its answer, for its visitor."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # What was bound by the request before it in this thread is over.
        clear_contextvars()
        request_id = str(uuid.uuid4())
        with bound_contextvars(request_id=request_id):
            response = get_response(request)
        response["X-Request-ID"] = request_id
        return response

    return middleware
