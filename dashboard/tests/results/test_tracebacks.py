import pytest

from dashboard.results import tracebacks
from dashboard.results.tracebacks import own_place, parse
from dashboard.tests.rows import TRACEBACK


def shape(text: str) -> list[str]:
    """Return what each block is, with how many frames it has."""
    return [
        f"{'own' if block.is_own else 'library'} {len(block.frames)}" if block.frames else "words"
        for block in parse(text).blocks
    ]


def test_our_own_frames_stand_apart_from_those_of_libraries():
    assert shape(TRACEBACK) == ["words", "library 1", "own 2", "library 1", "words"]

    own = parse(TRACEBACK).blocks[2].frames[1]
    assert (own.module, own.line, own.function) == ("movies.filling", "94", "run_item")
    assert own.code == "detail = _fetch(item.movie.imdb_id)"
    assert parse(TRACEBACK).blocks[1].frames[0].code == "R = retval = fun(*args, **kwargs)"
    assert parse(TRACEBACK).blocks[-1].words.startswith("requests.exceptions.ReadTimeout")


def test_the_place_of_a_failure_is_the_last_of_our_functions_without_a_line():
    assert own_place(TRACEBACK) == "movies.filling:run_item"
    assert own_place(TRACEBACK.replace("/srv/movies", "/srv/other")) == ""
    assert own_place("") == ""


@pytest.mark.parametrize(
    ("path", "is_own"),
    [
        ("/srv/dashboard/results/folding.py", True),
        ("config/celery.py", True),
        ("/home/movies/checkout/notifications/mail.py", True),
        ("/srv/.venv/lib/python3.12/site-packages/unfold/config/site.py", False),
        ("/usr/lib/python3.12/movies/x.py", False),
        ("/srv/mymovies/filling.py", False),
        ("<frozen importlib._bootstrap>", False),
    ],
)
def test_a_frame_is_ours_by_its_folder(path, is_own):
    text = f'  File "{path}", line 1, in work\n    work()\n'

    assert shape(text) == [f"{'own' if is_own else 'library'} 1"]


def test_what_is_repeated_belongs_to_its_frame():
    text = (
        '  File "/srv/movies/filling.py", line 1, in work\n    work()\n'
        "  [Previous line repeated 975 more times]\nRecursionError: too deep\n"
    )

    assert shape(text) == ["own 1", "words"]
    assert "repeated 975" in parse(text).blocks[0].frames[0].code


def test_a_long_traceback_is_cut_at_its_beginning_for_the_end_says_what_was_raised():
    text = "x" * tracebacks.LONGEST + "\n" + TRACEBACK

    found = parse(text)

    assert found.is_cut
    assert found.blocks[-1].words.startswith("requests.exceptions.ReadTimeout")
    assert not parse(TRACEBACK).is_cut


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "no traceback", '  File "', '  File "a", line 99999999999, in b', "  File\n" * 99],
)
def test_what_is_no_traceback_is_shown_as_words(text):
    assert "".join(block.words for block in parse(text).blocks) == text.strip("\n")
