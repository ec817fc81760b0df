import time

import pytest

from dashboard.results.fingerprints import Failure, raised
from dashboard.tests import rows


def failure(words: str = "It broke.", **facts: str) -> Failure:
    return Failure(**{"task": "a", "exception": "KeyError", "frame": "b:c", "words": words} | facts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Film 17 is gone", "Film 1,204 is gone"),
        ("No film 'Dune'", "No film 'The Third Man'"),
        ('No film "Dune"', 'No film "Heat"'),
        ("No film “Dune”", "No film “Heat”"),
        ("tt0108071 differs", "tt15239678 differs"),
        (
            "lease 1f0a2b3c-1111-4222-8333-444455556666",
            "lease 99998888-aaaa-4bbb-8ccc-ddddeeeeffff",
        ),
        ("object at 0x7f3a1c0d", "object at 0x7f3a1cff"),
        ("took 4.2 s", "took 17 s"),
        ("sam@example.org refused", "eve@example.com refused"),
        ("two\n  lines", "two lines"),
    ],
)
def test_failures_that_differ_in_ids_alone_are_the_same(one, other):
    assert failure(one).fingerprint == failure(other).fingerprint


@pytest.mark.parametrize("words", ["550 no such user", "all (550 no such user)", "HTTP 503"])
def test_the_code_of_a_servers_answer_is_no_id(words):
    assert failure(words).message == words


@pytest.mark.parametrize(
    "other",
    [
        failure("It bent."),
        failure(task="other"),
        failure(exception="ValueError"),
        failure(frame="b:other"),
    ],
)
def test_another_task_exception_place_or_message_is_another_failure(other):
    assert failure().fingerprint != other.fingerprint


def test_a_line_number_does_not_make_another_failure():
    moved = rows.TRACEBACK.replace("line 94", "line 95")
    stored = rows.raised("ReadTimeout", "Read timed out.")

    one, other = raised("a", stored, rows.TRACEBACK), raised("a", stored, moved)

    assert one.fingerprint == other.fingerprint
    assert one.frame == "movies.filling:run_item"
    assert one.error == "ReadTimeout: Read timed out."


@pytest.mark.parametrize("piece", ["“", "f-", "0x", "a.", "'", "1,"])
def test_no_message_takes_long(piece):
    began = time.monotonic()

    assert len(failure(piece * 500_000).message) <= 300

    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("not json", "The reason was not kept."),
        ("null", "The reason was not kept."),
        (None, "The reason was not kept."),
        ("[" * 100_000, "The reason was not kept."),
        ('{"exc_type": "KeyError", "exc_message": []}', "KeyError"),
        ('{"exc_type": "KeyError", "exc_message": "dune"}', "KeyError: dune"),
        ('{"exc_type": "KeyError", "exc_message": "a\\u0000b\\ud800"}', "KeyError: ab"),
    ],
)
def test_an_exception_is_told_as_far_as_it_was_kept(result, expected):
    assert raised("", result, None).error == expected


def test_no_error_is_longer_than_a_row_holds_and_none_holds_a_secret():
    long = raised("", rows.raised("E" * 1000, "?apikey=s3cr3t " + "x" * 10_000), None)

    assert len(long.error) == 300
    assert len(long.exception) == 255
    assert len(long.message) <= 300
    assert "s3cr3t" not in raised("", rows.raised("E", "?apikey=s3cr3t"), None).error
