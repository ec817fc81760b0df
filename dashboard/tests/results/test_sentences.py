import pytest

from dashboard.models import ErrorGroup
from dashboard.results.sentences import sentence


@pytest.mark.parametrize(
    ("exception", "message", "expected"),
    [
        ("TimedOut", "OMDb did not answer in time.", "OMDb did not answer in 10 s"),
        ("ReadTimeout", "Read timed out.", "OMDb did not answer in 10 s"),
        ("KeyRefused", "OMDb refused the API key.", "OMDb refused the API key"),
        ("LimitReached", "", "OMDb's daily limit is reached"),
        ("OperationalError", "database is locked", "The database was busy for too long"),
        ("OperationalError", "deadlock detected", "Two tasks waited for each other's rows"),
        ("OperationalError", "Error # connecting to redis:#.", "The broker was away"),
        ("OperationalError", "server closed the connection", "The database was away"),
        (
            "WorkerLostError",
            "Worker exited prematurely: signal # (SIGKILL) Job: #.",
            "The worker process was killed (signal 9, often for want of memory)",
        ),
        (
            "WorkerLostError",
            "Worker exited prematurely: exitcode #.",
            "The worker process was killed (signal 9, often for want of memory)",
        ),
        ("WorkerLostError", "signal # (SIGSEGV)", "The worker process was killed (SIGSEGV)"),
        ("SoftTimeLimitExceeded", "", "It took longer than 9 min and was stopped"),
        ("SMTPServerDisconnected", "", "The mail server hung up"),
        (
            "QueryRejected",
            "OMDb rejected the request: '…'",
            "QueryRejected: OMDb rejected the request: '…'",
        ),
        ("KeyError", "'…'", "KeyError: '…'"),
        ("KeyError", "", "KeyError"),
        ("", "It broke off every time it was run.", "It broke off every time it was run"),
    ],
)
def test_an_error_has_a_plain_sentence_and_an_unknown_one_its_own_words(
    exception, message, expected
):
    assert sentence(ErrorGroup(exception=exception, message=message)) == expected


def test_a_sentence_is_no_longer_than_a_line():
    assert len(sentence(ErrorGroup(exception="E", message="x" * 300))) <= 120
