import uuid

import pytest
from django.core.mail.message import SafeMIMEText

from movies.models import Movie, SearchTerm
from notifications import kinds
from notifications.composing import Event, compose, insert
from notifications.kinds import Kind
from notifications.models import Notification, Origin

pytestmark = pytest.mark.django_db
HOSTILE = "a\r\n\x0b\0\ud800\u202e<b>" + "x" * 10_000


def event(key: str = "key", subject: str = "One", *lines: str, about=None, kind="test") -> Event:
    return Event(kind, key, subject, lines, about)


@pytest.fixture
def _broken_template():
    kinds.register(Kind("broken", "Broken", "broken", template="not_there"))
    yield
    del kinds._kinds["broken"]


def test_a_row_is_made_of_an_event_and_written_by_nobody_yet():
    movie = Movie.objects.create(imdb_id="tt1", title="Dune")

    made = compose(event("key", "One", "First.", about=movie), origin=Origin.TEST)

    assert (made.kind, made.dedup_key, made.subject) == ("test", "key", "One")
    assert (made.about, made.about_text, made.origin) == (movie, "Dune", "test")
    assert made.text.startswith("First.\n")
    assert "First." in made.html
    assert made.pk is None


def test_other_columns_can_be_given():
    assert compose(event(), attempts=3).attempts == 3


def test_the_same_key_twice_is_one_row_with_the_first_words():
    first = insert(compose(event("the same", "One")))
    second = insert(compose(event("the same", "Two")))

    assert second.pk == first.pk
    assert Notification.objects.get().subject == "One"


def test_any_text_can_be_written_down():
    movie = Movie.objects.create(imdb_id="tt1", title="Dune")
    movie.title = HOSTILE

    pk = insert(compose(event("hostile", HOSTILE, HOSTILE, about=movie))).pk

    notification = Notification.objects.get(pk=pk)
    assert notification.subject.startswith("a <b>xxx")
    assert len(notification.subject) == 200
    assert len(notification.about_text) == 300
    assert "\0" not in notification.text + notification.html
    assert "<b>" not in notification.html
    assert SafeMIMEText(notification.text, "plain", "utf-8")


def test_a_subject_of_nothing_visible_becomes_the_name_of_the_kind():
    assert compose(event("key", "\r\n")).subject == "Test"


def test_the_message_id_is_made_with_the_row_at_the_senders_domain(settings):
    settings.SERVER_EMAIL = "Marquee <marquee@kino.example>"

    made = compose(event())

    assert made.message_id == f"<{made.uuid}@kino.example>"
    assert uuid.UUID(str(made.uuid))


def test_a_sender_without_a_domain_still_gives_a_message_id(settings):
    settings.SERVER_EMAIL = "root"

    assert compose(event()).message_id.endswith("@localhost>")


def test_a_senders_domain_of_other_letters_is_written_in_ascii(settings):
    settings.SERVER_EMAIL = "marquee@bücher.example"

    assert compose(event()).message_id.endswith("@xn--bcher-kva.example>")


def test_a_row_knows_the_site_it_was_written_on(settings):
    settings.ALLOWED_HOSTS = ["marquee.example.org"]

    assert compose(event()).site == "marquee.example.org"


@pytest.mark.usefixtures("_broken_template")
def test_a_text_that_cannot_be_made_is_a_failure_that_says_so():
    insert(compose(event("broken", "One", kind="broken")))

    notification = Notification.objects.needs_review().get()
    assert notification.reason.startswith("The text could not be made: ")
    assert "not_there" in notification.reason
    assert (notification.subject, notification.text) == ("One", "")


def test_what_a_row_is_about_survives_the_thing():
    term = SearchTerm.objects.create(term="dune")

    term.delete()

    notification = Notification.objects.get()
    assert notification.about is None
    assert notification.about_text == "dune"
