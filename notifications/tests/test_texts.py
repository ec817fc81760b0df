import uuid

import pytest

from movies.models import SearchTerm
from notifications import kinds, texts
from notifications.models import KindPolicy, Notification

IDENTITY = uuid.UUID("12345678-1234-5678-1234-567812345678")
OWN = "http://localhost:8000/admin/notifications/notification/by/12345678-1234-5678-1234-567812345678/"
TERM = SearchTerm(pk=7, term="dune")
KIND = kinds.get(kinds.NEW_SEARCH_TERM)


def of(*lines: str, about=None) -> texts.Words:
    return texts.of_event(KIND, "New Search Term", lines, about, IDENTITY)


def digest(count: int, **fields) -> texts.Words:
    members = [
        Notification(about_text=f"term {number}", subject="New Search Term", **fields)
        for number in range(count)
    ]
    return texts.of_digest(KIND, "A digest", members, KindPolicy(kind=KIND.name), IDENTITY)


def test_a_text_begins_with_its_first_line_and_ends_with_its_own_page():
    words = of("A new search term was used: 'dune'", "Second.", about=TERM)

    assert words.text.splitlines() == [
        "A new search term was used: 'dune'",
        "Second.",
        "",
        "See it: http://localhost:8000/admin/movies/searchterm/7/change/",
        "",
        f"This notification: {OWN}",
    ]


def test_html_links_to_the_thing_and_to_the_notification():
    words = of("Dune", about=TERM)

    assert 'href="http://localhost:8000/admin/movies/searchterm/7/change/"' in words.html
    assert f'href="{OWN}"' in words.html
    assert "<title>New Search Term</title>" in words.html


def test_an_event_about_nothing_has_no_link_to_it():
    words = of("Dune")

    assert "See it" not in words.text + words.html


def test_what_was_typed_is_escaped_in_html_and_left_alone_in_text():
    words = of("'<script>alert(1)</script>' & more")

    assert "<script>" not in words.html
    assert "&lt;script&gt;" in words.html
    assert words.text.startswith("'<script>alert(1)</script>' & more\n")


def test_what_was_typed_never_begins_a_second_line():
    assert of("a\r\nb\x0bc\u2028d").text.splitlines()[0] == "a b c d"


def test_a_digest_names_its_members_each_with_its_page():
    words = digest(2, uuid=IDENTITY)

    assert words.text.startswith("2 new search terms, collected in one mail:\n")
    assert "- term 0\n- term 1\n" in words.text
    assert words.html.count(f'href="{OWN}"') == 3  # of two members and of the digest itself
    assert "more." not in words.text + words.html


def test_a_long_digest_names_a_hundred_and_counts_the_others():
    words = digest(103)

    assert "- term 99\n" in words.text
    assert "term 100" not in words.text + words.html
    assert "and 3 more." in words.text
    assert "and 3 more." in words.html


def test_a_member_about_nothing_is_named_by_its_subject():
    member = Notification(subject="Task failed: a\r\nb")

    words = texts.of_digest(KIND, "A digest", [member], KindPolicy(kind=KIND.name), IDENTITY)

    assert "- Task failed: a b\n" in words.text


@pytest.mark.parametrize("template", ["plain", "digest"])
def test_a_mail_can_be_read_on_a_phone_in_the_dark(template):
    html = of("Dune").html if template == "plain" else digest(2).html

    assert 'name="viewport"' in html
    assert 'content="light dark"' in html
