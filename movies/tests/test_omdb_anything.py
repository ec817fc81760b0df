import contextlib
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import IS_LONG
from movies.omdb import OmdbClient
from movies.omdb_errors import OmdbError
from movies.omdb_records import FilmDetail, FilmSummary
from movies.tests.omdb_answers import client_of, endless
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.sampled_from(["N/A", "1999", "2010\u20132015", "1 h 2 min", "tt0133093"]) | JSON
        for name in ("Title", "Year", "imdbID", "Type", "Poster", "Runtime", "Genre", "Plot")
    },
)
ANSWERS = st.fixed_dictionaries(
    {"Response": st.sampled_from(["True", "False", True, False]) | JSON},
    optional={
        "Search": st.lists(FIELDS, max_size=3) | JSON,
        "totalResults": st.integers().map(str) | JSON,
        "Error": st.text() | JSON,
    },
)
DETAILS = st.builds(lambda fields, answer: {**fields, **answer}, FIELDS, ANSWERS)


@given(content=JSON | ANSWERS | DETAILS)
@settings(
    max_examples=150 if IS_LONG else 30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_json_is_served_records_or_an_omdb_error_come_out(server, client, content):
    server.forget()
    server.script(Reply.of(content), times=None)

    with contextlib.suppress(OmdbError):
        assert isinstance(client.by_imdb_id("tt0133093"), FilmDetail)
    with contextlib.suppress(OmdbError):
        assert all(isinstance(film, FilmSummary) for film in client.search("film"))


@given(body=st.binary(max_size=200))
@settings(
    max_examples=50 if IS_LONG else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_bytes_are_served_an_omdb_error_comes_out(server, client, body):
    server.forget()
    server.script(Reply(body), times=None)

    with pytest.raises(OmdbError):
        client.by_imdb_id("tt0133093")
