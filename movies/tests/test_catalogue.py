import csv
import json
from contextlib import closing
from pathlib import Path

import pytest
import requests

from movies import catalogue
from movies.catalogue import Catalogue, CatalogueAdapter
from movies.omdb import OmdbClient
from movies.omdb_errors import OmdbError
from movies.omdb_records import is_imdb_id

ROWS = """\
imdb_id,title,year,runtime,genres,plot
tt0000001,Night Train,1990,101,Drama,
tt0000002,The Night of the Hunter,1955,92,Crime|Drama,"A preacher, a doll."
tt0000003,Night,1930,,,
tt0000004,Night Mail,1936,24,Documentary,
tt0000005,Am\u00e9lie's Night-Time,2001,122,Comedy,
tt0000006,Knight,2001,122,Comedy,
tt0000007,Night,1985,,,
tt0000008,One Starry Night,,,,
"""


@pytest.fixture
def films(tmp_path: Path) -> Catalogue:
    path = tmp_path / "films.csv"
    path.write_text(ROWS, encoding="utf-8")
    return Catalogue.from_file(path)


def many(count: int) -> Catalogue:
    film = {"year": "2000", "runtime": "", "genres": "", "plot": ""}
    rows = [
        {**film, "imdb_id": f"tt{number:07d}", "title": f"Film {number}"} for number in range(count)
    ]
    return Catalogue(tuple(catalogue.Film.from_row(row) for row in rows))


def titles(reply: catalogue.Reply) -> list[object]:
    return [row["Title"] for row in reply[1]["Search"]]


def error(reason: str) -> catalogue.Reply:
    return 200, {"Response": "False", "Error": reason}


def test_a_search_has_the_shape_of_omdb(films):
    status, content = films.answer({"s": "hunter", "type": "movie", "page": "1", "apikey": "x"})

    row = {
        "Title": "The Night of the Hunter",
        "Year": "1955",
        "imdbID": "tt0000002",
        "Type": "movie",
        "Poster": "N/A",
    }
    assert status == 200
    assert content == {"Search": [row], "totalResults": "1", "Response": "True"}


def test_a_detail_has_every_field_of_omdb(films):
    status, content = films.answer({"i": "tt0000002"})

    assert status == 200
    assert " ".join(content) == (
        "Title Year Rated Released Runtime Genre Director Writer Actors Plot Language Country "
        "Awards Poster Ratings Metascore imdbRating imdbVotes imdbID Type DVD BoxOffice "
        "Production Website Response"
    )
    known = {"Runtime": "92 min", "Genre": "Crime, Drama", "Plot": "A preacher, a doll."}
    assert content.items() >= {**known, "Rated": "N/A", "Response": "True"}.items()
    assert content["Ratings"] == []


def test_what_the_catalogue_does_not_know_is_not_available(films):
    _, content = films.answer({"i": "tt0000008"})

    assert {content[name] for name in ("Year", "Runtime", "Genre", "Plot")} == {"N/A"}


def test_an_exact_title_comes_first_then_a_beginning_then_the_newest(films):
    assert titles(films.answer({"s": "NIGHT"})) == [
        "Night",
        "Night",
        "Night Train",
        "Night Mail",
        "Am\u00e9lie's Night-Time",
        "The Night of the Hunter",
        "One Starry Night",
    ]
    assert films.answer({"s": "night"})[1]["Search"][0]["Year"] == "1985"


@pytest.mark.parametrize("term", ["amelie", "AME\u0301LIE", "time: night", "am\u00e9lie's"])
def test_words_match_without_case_accents_and_punctuation(films, term):
    assert titles(films.answer({"s": term})) == ["Am\u00e9lie's Night-Time"]


@pytest.mark.parametrize("term", ["nigh", "night knight", "!!!", "qqqq"])
def test_half_a_word_finds_nothing(films, term):
    assert films.answer({"s": term}) == error("Movie not found!")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({}, "Something went wrong."),
        ({"apikey": "x", "page": "1"}, "Something went wrong."),
        ({"s": ""}, "Incorrect IMDb ID."),
        ({"s": "  "}, "Incorrect IMDb ID."),
        ({"i": ""}, "Incorrect IMDb ID."),
        ({"t": ""}, "Incorrect IMDb ID."),
        ({"i": "tt12a3"}, "Incorrect IMDb ID."),
        ({"i": "tt9999999"}, "Error getting data."),
        ({"s": "a"}, "Too many results."),
        ({"s": " up "}, "Too many results."),
        ({"s": "The"}, "Too many results."),
        ({"s": "night", "type": "series"}, "Movie not found!"),
        ({"s": "night", "y": "1800"}, "Movie not found!"),
        ({"s": "night", "page": "2"}, "Movie not found!"),
        ({"s": "night", "page": "0"}, "Movie not found!"),
        ({"s": "night", "page": "101"}, "Movie not found!"),
        ({"s": "night", "page": "one"}, "Movie not found!"),
        ({"t": "qqqq"}, "Movie not found!"),
        ({"t": "night", "type": "series"}, "Series not found!"),
    ],
)
def test_refusals_are_those_of_omdb(films, params, reason):
    assert films.answer(params) == error(reason)


def test_a_year_narrows_a_search(films):
    assert titles(films.answer({"s": "night", "y": "1936"})) == ["Night Mail"]


def test_a_title_is_answered_with_the_likeliest_film(films):
    _, content = films.answer({"t": "night", "type": "movie"})

    assert (content["Title"], content["Year"]) == ("Night", "1985")


def test_pages_hold_ten_and_end_at_a_hundred():
    films = many(1005)

    pages = [films.answer({"s": "film", "page": str(page)})[1] for page in range(1, 101)]

    assert {page["totalResults"] for page in pages} == {"1005"}
    assert len({row["imdbID"] for page in pages for row in page["Search"]}) == 1000
    assert films.answer({"s": "film", "page": "101"}) == error("Movie not found!")
    assert len(many(12).answer({"s": "film", "page": "2"})[1]["Search"]) == 2


def test_the_adapter_answers_a_session_without_a_network():
    with requests.Session() as session:
        session.mount("https://", CatalogueAdapter())

        response = session.get("https://demo.invalid/", params={"i": "tt", "apikey": "x"})

    assert response.status_code == 200
    assert response.json() == {"Response": "False", "Error": "Incorrect IMDb ID."}
    assert "charset=utf-8" in response.headers["Content-Type"]


def test_every_film_of_the_demo_is_well_formed():
    with catalogue.CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert list(rows[0]) == ["imdb_id", "title", "year", "runtime", "genres", "plot"]
    assert len({row["imdb_id"] for row in rows}) == len(rows)
    for row in rows:
        assert is_imdb_id(row["imdb_id"])
        assert row["title"] == row["title"].strip() != ""
        assert row["year"].isdecimal()
        assert row["runtime"] == "" or int(row["runtime"]) > 0


def test_the_client_finds_every_film_of_the_demo():
    client = OmdbClient(api_key="demo", url="https://demo.invalid/", adapter=CatalogueAdapter())

    with closing(client):
        for film in catalogue.demo().films:
            detail = client.by_imdb_id(film.imdb_id)
            assert (detail.title, str(detail.year)) == (film.title, film.year)
            assert detail.genres == film.genres


def test_the_client_searches_the_demo():
    client = OmdbClient(api_key="demo", url="https://demo.invalid/", adapter=CatalogueAdapter())
    film = max(catalogue.demo().films, key=lambda film: len(film.title))

    with closing(client):
        assert film.imdb_id in {found.imdb_id for found in client.search(film.title)}
        with pytest.raises(OmdbError):
            list(client.search("a"))


def test_an_answer_is_json():
    assert json.loads(json.dumps(catalogue.answer({"i": "tt9999999"})[1]))
