"""What each exception that we know means, for people who read no code."""

import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.text import Truncator

from dashboard.models import ErrorGroup
from movies.formats import duration
from movies.omdb import TIMEOUT
from movies.omdb_errors import OmdbError

LONGEST = 120
NO_ANSWER = f"OMDb did not answer in {TIMEOUT[1]:g} s"
TOO_LONG = f"It took longer than {duration(settings.CELERY_TASK_SOFT_TIME_LIMIT)} and was stopped"
DATABASE_AWAY = "The database was away"

_SENTENCES: dict[str, str] = {
    "ReadTimeout": NO_ANSWER,
    "TimedOut": NO_ANSWER,
    "ConnectTimeout": "OMDb could not be reached",
    "OverBudget": "The day's OMDb calls are spent",
    "InterfaceError": DATABASE_AWAY,
    "IntegrityError": "The database refused a row that does not fit the others",
    "DataError": "The database refused a value that does not fit its column",
    "SoftTimeLimitExceeded": TOO_LONG,
    "TimeLimitExceeded": TOO_LONG,
    "MemoryError": "The worker ran out of memory",
    "NotRegistered": "The worker does not know this task: it runs another version",
    "SMTPAuthenticationError": "The mail server refused user name or password",
    "SMTPConnectError": "The mail server could not be reached",
    "SMTPServerDisconnected": "The mail server hung up",
    "SMTPRecipientsRefused": "The mail server refused every recipient",
    "SMTPSenderRefused": "The mail server refused the sender",
    "SMTPDataError": "The mail server refused the text",
    "SMTPHeloError": "The mail server did not return the greeting",
    "gaierror": "The name of a server could not be looked up",
    "ConnectionRefusedError": "A server refused the connection",
    "ConnectionResetError": "A server broke the connection off",
    "TimeoutError": "A server did not answer in time",
    "DoesNotExist": "What it was about is not there any more",
}


def sentence(error: ErrorGroup) -> str:
    """Return the error in plain words; one that nobody foresaw in its own."""
    if say := _SAID.get(error.exception):
        return say(error.message)
    if known := _SENTENCES.get(error.exception):
        return known
    own = f"{error.exception}: {error.message}" if error.exception else error.message
    return Truncator(own.strip(": ").rstrip(".")).chars(LONGEST)


def _database(message: str) -> str:
    if "locked" in message:
        return "The database was busy for too long"
    if "deadlock" in message:
        return "Two tasks waited for each other's rows"
    # Kombu's error for a broker that is away has the same name.
    if "redis" in message.lower() or "Error # connecting" in message:
        return "The broker was away"
    return DATABASE_AWAY


def _killed(message: str) -> str:
    # Numbers are left out of a message, but not those of signals in words.
    signal = re.search(r"SIG[A-Z]{2,8}", message)
    if signal is None or signal[0] == "SIGKILL":
        return "The worker process was killed (signal 9, often for want of memory)"
    return f"The worker process was killed ({signal[0]})"


def _named(error: type[OmdbError]) -> dict[str, str]:
    found = {error.__name__: error.default.rstrip(".")}
    for special in error.__subclasses__():
        found |= _named(special)
    return found


_SAID: Mapping[str, Callable[[str], str]] = {
    "OperationalError": _database,
    "WorkerLostError": _killed,
}
_SENTENCES = _named(OmdbError) | _SENTENCES
# OMDb's own words say more than that there were some.
del _SENTENCES["QueryRejected"]
