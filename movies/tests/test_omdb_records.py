import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movies.omdb_errors import OmdbError
from movies.omdb_records import (
    LARGEST_INTEGER,
    FilmDetail,
    clean,
    is_imdb_id,
    parse_body,
    parse_detail,
    parse_genres,
    parse_kind,
    parse_page,
    parse_poster,
    parse_rows,
    parse_runtime,
    parse_total,
    parse_years,
    refusal_reason,
)

FILM = {"imdbID": "tt0133093", "Title": "The Matrix"}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1994", (1994, None)),
        ("2010\u20132015", (2010, 2015)),
        ("2011\u2013", (2011, None)),
        ("2004-2010", (2004, 2010)),
        ("2004 - 2010", (2004, 2010)),
        ("2004\u20142010", (2004, 2010)),
        ("2004-2004", (2004, 2004)),
        ("2010-2004", (2010, None)),
        ("0", (0, None)),
        ("9999", (9999, None)),
        ("10000", (None, None)),
        ("1994-20101", (None, None)),
        ("-5", (None, None)),
        ("soon", (None, None)),
        ("\u0661\u0669\u0669\u0664", (None, None)),
        ("", (None, None)),
    ],
)
def test_years_are_read_or_absent(text, years):
    assert parse_years(text) == years


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("143 min", 143),
        ("1 h 30 min", 90),
        ("2 h 1 min", 121),
        ("1 h", 60),
        ("2 hrs 8 mins", 128),
        ("1 hour 1 minute", 61),
        ("1h30m", 90),
        ("1,440 min", 1440),
        (f"{LARGEST_INTEGER} min", LARGEST_INTEGER),
        (f"{LARGEST_INTEGER + 1} min", None),
        ("35791395 h", None),
        ("9" * 5000 + " min", None),
        ("1,44 min", None),
        ("143", None),
        ("0 min", None),
        ("S05E01", None),
        ("-5 min", None),
        ("min", None),
        ("", None),
    ],
)
def test_runtimes_are_minutes_or_absent(text, minutes):
    assert parse_runtime(text) == minutes


@pytest.mark.parametrize(
    ("text", "genres"),
    [
        ("Action, Drama", ("Action", "Drama")),
        (" Action ,Drama,, ", ("Action", "Drama")),
        ("Drama, Action, drama, Drama", ("Drama", "Action")),
        ("N/A, Drama", ("Drama",)),
        ("x" * 101 + ", Drama", ("Drama",)),
        ("", ()),
    ],
)
def test_genres_are_trimmed_and_named_once(text, genres):
    assert parse_genres(text) == genres


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("movie", "movie"),
        ("Series", "series"),
        ("episode", "episode"),
        ("game", "game"),
        ("N/A", ""),
        ("poem", ""),
        (None, ""),
    ],
)
def test_only_known_kinds_are_kinds(value, kind):
    assert parse_kind(value) == kind


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://m.media-amazon.com/a.jpg", "https://m.media-amazon.com/a.jpg"),
        ("http://ia.media-imdb.com/a.jpg", "http://ia.media-imdb.com/a.jpg"),
        ("javascript:alert(1)", ""),
        ("//host/a.jpg", ""),
        ("https:///a.jpg", ""),
        ("https://host/a b.jpg", ""),
        ("N/A", ""),
        (None, ""),
    ],
)
def test_a_poster_is_a_web_address_or_absent(value, url):
    assert parse_poster(value) == url


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  a\r\n\tb ", "a b"),
        ("a\x00b\ud800c", "abc"),
        ("a\x1b[31m", "a [31m"),
        ("\U0001f3ac caf\u00e9", "\U0001f3ac caf\u00e9"),
        ("N/A", ""),
        (" n/a ", ""),
        (1917, "1917"),
        (True, ""),
        (None, ""),
        (["a"], ""),
        (1.5, ""),
    ],
)
def test_a_field_is_one_line_of_text_or_absent(value, text):
    assert clean(value) == text


@pytest.mark.parametrize(
    ("total", "number"),
    [("88", 88), (90, 90), ("0", None), ("N/A", None), (str(2**31), None), (None, None)],
)
def test_a_total_is_a_number_of_films_or_absent(total, number):
    assert parse_total({"totalResults": total}) == number


@pytest.mark.parametrize("imdb_id", ["tt0133093", "tt10838180", "tt" + "1" * 18])
def test_seven_digits_or_more_make_an_id(imdb_id):
    assert is_imdb_id(imdb_id)


def test_a_byte_order_mark_is_tolerated():
    assert parse_body(b'\xef\xbb\xbf{"Response":"True"}') == {"Response": "True"}


def test_raw_control_characters_in_a_plot_are_repaired():
    answer = parse_body(b'{"imdbID":"tt0133093","Title":"T","Plot":"One\nline\x00\tand \xff."}')

    assert parse_detail(answer).plot == "One line and \ufffd."


def test_an_error_without_a_verdict_is_a_refusal():
    assert refusal_reason({"Error": "Movie not found!"}) == "Movie not found!"
    assert refusal_reason({"Response": False}) == ""
    assert refusal_reason({"Response": "TRUE", "Error": "x"}) is None


def test_a_detail_of_absences_is_a_record():
    fields = ("Year", "Type", "Runtime", "Genre", "Plot", "Poster")

    for absent in ({}, dict.fromkeys(fields, "N/A"), dict.fromkeys(fields, None)):
        assert parse_detail({**FILM, **absent}) == FilmDetail(
            imdb_id="tt0133093",
            title="The Matrix",
            year=None,
            end_year=None,
            kind="",
            runtime_minutes=None,
            genres=(),
            plot="",
            poster_url="",
        )


@pytest.mark.parametrize("field", ["imdbID", "Title"])
@pytest.mark.parametrize("value", ["N/A", "", None, []])
def test_a_missing_field_is_named(field, value):
    with pytest.raises(OmdbError, match=field):
        parse_detail({**FILM, field: value})


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.lists(st.text(), max_size=3)
    | st.text()
    | st.from_regex(r"[0-9, hmin\-\u2013]{0,20}", fullmatch=True)
)


@settings(deadline=None)
@given(text=st.text() | st.from_regex(r"[0-9, hmin\-\u2013]{0,20}", fullmatch=True))
def test_no_text_breaks_a_parser(text):
    year, end_year = parse_years(text)
    minutes = parse_runtime(text)

    assert all(number is None or 0 <= number <= 9999 for number in (year, end_year))
    assert minutes is None or 0 < minutes <= LARGEST_INTEGER
    assert all(parse_genres(text))


@settings(deadline=None)
@given(value=VALUES)
def test_what_is_kept_can_be_stored(value):
    text = clean(value)

    assert text.encode().decode() == text
    assert not set(text) & set(map(chr, range(32)))


@settings(deadline=None)
@given(rows=st.lists(st.dictionaries(st.sampled_from(["imdbID", "Title", "Year"]), VALUES)))
def test_a_page_is_records_or_an_omdb_error(rows):
    answer = {"Search": [{**FILM, **row} for row in rows]}

    try:
        films = parse_page(parse_rows(answer), first_rank=1, page=1, total=None)
    except OmdbError:
        return

    assert [film.rank for film in films] == list(range(1, len(films) + 1))
    assert [film.ends_page for film in films][-1:] == [True] * bool(films)


@settings(deadline=None)
@given(body=st.binary())
def test_a_body_is_an_object_or_an_omdb_error(body):
    try:
        answer = parse_body(body)
    except OmdbError:
        return

    assert isinstance(answer, dict)
