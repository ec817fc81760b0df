import logging
from collections.abc import Iterator
from contextlib import closing

import pytest

from movies.omdb import LAST_PAGE, OmdbClient
from movies.omdb_errors import (
    FilmNotFound,
    IncorrectId,
    InvalidKey,
    LimitReached,
    MissingField,
    MissingKey,
    TooManyResults,
    UnexpectedShape,
)
from movies.omdb_records import FilmDetail, FilmSummary
from movies.tests.omdb_answers import DETAIL, client_of, endless, page, row
from movies.tests.omdb_server import OmdbServer, Reply


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OmdbServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with OmdbServer(answer=endless) as server:
        yield server


@pytest.fixture
def client(server: OmdbServer) -> Iterator[OmdbClient]:
    with closing(client_of(server)) as client:
        yield client


def test_a_search_yields_typed_records_over_all_pages(server, client):
    server.script(page(1, 10, "12"), page(11, 12, "12"))

    films = list(client.search("film"))

    assert films[0] == FilmSummary(
        imdb_id="tt0000001",
        title="Film 1",
        year=1999,
        end_year=None,
        kind="movie",
        poster_url="",
        rank=1,
        page=1,
        pages=2,
        total_results=12,
        ends_page=False,
    )
    assert [film.rank for film in films] == list(range(1, 13))
    assert [film.rank for film in films if film.ends_page] == [10, 12]
    assert films[-1].page == 2


def test_a_search_asks_for_the_raw_term_its_kind_and_the_page(server, client):
    server.script(page(1, 10, "11"), page(11, 11, "11"))

    list(client.search("Star  Wars & é", kind="series"))

    asked = {"apikey": server.key, "s": "Star  Wars & é", "type": "series"}
    assert server.calls == [{**asked, "page": "1"}, {**asked, "page": "2"}]


def test_a_detail_is_asked_for_by_id_alone(server, client):
    server.script(Reply.of(DETAIL))

    film = client.by_imdb_id("tt0133093")

    assert server.calls == [{"apikey": server.key, "i": "tt0133093"}]
    assert film == FilmDetail(
        imdb_id="tt0133093",
        title="The Matrix",
        year=1999,
        end_year=None,
        kind="movie",
        runtime_minutes=136,
        genres=("Action", "Sci-Fi"),
        plot="A hacker wakes up.",
        poster_url="https://m.media-amazon.com/matrix.jpg",
    )


def test_the_log_says_what_is_asked(server, client, caplog):
    caplog.set_level(logging.INFO, logger="movies.omdb")
    server.script(page(1, 10, "11"), page(11, 11, "11"), Reply.of(DETAIL))

    list(client.search("film"))
    client.by_imdb_id("tt0133093")

    assert [record.getMessage() for record in caplog.records] == [
        "Performing a search for 'film'",
        "Fetching page 1",
        "Fetching page 2",
        "Fetching detail for IMDB ID tt0133093",
    ]


def test_a_term_cannot_forge_a_log_line(server, client, caplog):
    caplog.set_level(logging.INFO, logger="movies.omdb")
    server.script(page(1, 1, "1"))

    list(client.search("é\nINFO forged\x1b[31m\u2028\ud800"))

    assert "'é\\nINFO forged\\x1b[31m\\u2028\\ud800'" in caplog.messages[0]


def test_what_cannot_be_encoded_is_not_sent(server, client):
    server.script(page(1, 1, "1"))

    list(client.search("fi\ud800lm\x00"))

    assert server.calls[0]["s"] == "film"


def test_a_refused_key_is_an_error_not_an_empty_list(server):
    with (
        closing(OmdbClient(api_key="another-key", url=server.url)) as client,
        pytest.raises(InvalidKey),
    ):
        list(client.search("film"))

    assert len(server.calls) == 1


@pytest.mark.parametrize("key", ["", "  ", "\ud800"])
def test_without_a_key_nothing_is_called(server, key):
    with closing(OmdbClient(api_key=key, url=server.url)) as client:
        with pytest.raises(MissingKey):
            client.by_imdb_id("tt0133093")
        with pytest.raises(MissingKey):
            list(client.search("film"))

    assert server.calls == []


@pytest.mark.parametrize("imdb_id", ["", "tt123", "nm0000001", "tt0133093\n", "tt\u0661234567"])
def test_an_id_that_cannot_be_one_costs_no_call(server, client, imdb_id):
    with pytest.raises(IncorrectId):
        client.by_imdb_id(imdb_id)

    assert server.calls == []


def test_an_eight_digit_id_is_an_id(server, client):
    server.script(Reply.of({**DETAIL, "imdbID": "tt10838180"}))

    assert client.by_imdb_id("tt10838180").imdb_id == "tt10838180"


def test_a_film_that_is_not_there_is_an_error_when_asked_by_id(server, client):
    server.script(Reply.refusing("Movie not found!"))

    with pytest.raises(FilmNotFound):
        client.by_imdb_id("tt0133093")


def test_a_refusal_is_never_repeated_whatever_its_status(server, client):
    server.script(Reply.refusing("Too many results.", 503))

    with pytest.raises(TooManyResults):
        list(client.search("film"))

    assert len(server.calls) == 1


def test_data_is_used_whatever_its_status(server, client):
    server.script(Reply.of(DETAIL, status=500))

    assert client.by_imdb_id("tt0133093").title == "The Matrix"


def test_a_spent_day_is_said_as_such():
    with (
        OmdbServer(answer=endless, limit=1) as server,
        closing(client_of(server)) as client,
        pytest.raises(LimitReached),
    ):
        list(client.search("film"))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ([], UnexpectedShape),
        (None, UnexpectedShape),
        ("text", UnexpectedShape),
        ({}, MissingField),
        ({"message": "Forbidden"}, MissingField),
        ({"Response": None}, UnexpectedShape),
        ({"Response": "Perhaps"}, UnexpectedShape),
        ({"Response": "True"}, MissingField),
        ({"Response": "True", "Search": None}, UnexpectedShape),
        ({"Response": "True", "Search": {}}, UnexpectedShape),
        ({"Response": "True", "Search": ["text"]}, UnexpectedShape),
        ({"Response": "True", "Search": [{**row(1), "imdbID": "nm1"}]}, UnexpectedShape),
        ({"Response": "True", "Search": [{**row(1), "Title": "N/A"}]}, MissingField),
    ],
)
def test_a_strange_shape_is_an_error_and_not_repeated(server, client, content, error):
    server.script(Reply.of(content))

    with pytest.raises(error):
        list(client.search("film"))

    assert len(server.calls) == 1


def test_every_attempt_is_announced_before_it_is_made(server, client):
    server.script(page(1, 10, "11"), Reply(b""), Reply(status=503), page(11, 11, "11"))
    made = []

    list(client.search("film", before_call=lambda: made.append(len(server.calls))))

    assert made == [0, 1, 2, 3]
    assert len(server.calls) == 4


def test_a_spent_budget_passes_through_untouched(server, client):
    spent = RuntimeError("budget spent")

    def refuse() -> None:
        raise spent

    with pytest.raises(RuntimeError) as by_id:
        client.by_imdb_id("tt0133093", before_call=refuse)
    with pytest.raises(RuntimeError) as by_search:
        list(client.search("film", before_call=refuse))

    assert by_id.value is by_search.value is spent
    assert server.calls == []


def test_a_search_uses_one_connection(server, client):
    list(client.search("film"))

    assert len(server.calls) == LAST_PAGE
    assert server.connections == 1
