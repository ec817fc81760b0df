import smtplib
from email.errors import HeaderParseError

import pytest
from django.core.mail import BadHeaderError

from notifications.refusals import ERRORS, explain, fit_to_store


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPConnectError(421, b"too many connections"),
        smtplib.SMTPDataError(451, b"try later"),
        smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
        smtplib.SMTPException("No suitable authentication method found."),
        smtplib.SMTPRecipientsRefused({"a@x.org": (550, b"no"), "b@x.org": (450, b"later")}),
        smtplib.SMTPDataError(-1, b"not an SMTP reply"),
        ConnectionRefusedError(111, "Connection refused"),
        TimeoutError("timed out"),
    ],
)
def test_what_may_pass_is_tried_again(error):
    assert isinstance(error, ERRORS)
    assert not explain(error).permanent


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPDataError(554, b"no such thing"),
        smtplib.SMTPSenderRefused(550, b"who are you", "marquee@x.org"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPRecipientsRefused({"a@x.org": (550, b"no"), "b@x.org": (553, b"no")}),
        smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
        BadHeaderError("Header values can't contain newlines"),
        HeaderParseError("header value appears to contain an embedded header"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
        ValueError("Invalid address"),
    ],
)
def test_what_the_same_mail_would_meet_again_is_final(error):
    assert isinstance(error, ERRORS)
    assert explain(error).permanent


def test_the_words_are_those_of_the_server():
    assert explain(smtplib.SMTPDataError(554, b"no\nroom")).words == "554 no room"


def test_every_recipient_is_named_with_its_code():
    error = smtplib.SMTPRecipientsRefused({"a@x.org": (550, b"no"), "b@x.org": (553, b"nor me")})

    assert explain(error).words == (
        "Every recipient was refused: a@x.org (550 no), b@x.org (553 nor me)"
    )


def test_a_reply_that_is_already_text_is_taken_as_it_is():
    assert explain(smtplib.SMTPDataError(554, "no room")).words == "554 no room"


def test_the_server_that_does_not_answer_is_named(settings):
    settings.EMAIL_HOST = "mail.example.org"

    words = explain(ConnectionRefusedError(111, "Connection refused")).words

    assert words == "No connection to mail.example.org: Connection refused"


def test_words_are_cut_to_what_the_row_holds():
    assert len(explain(smtplib.SMTPDataError(554, b"x" * 9000)).words) == 500


@pytest.mark.parametrize(
    "repeated",
    [
        "s3cret/word",
        "s3cret%2Fword",
        "czNjcmV0L3dvcmQ=",  # in base64, as AUTH LOGIN sends it
        "AG1lAHMzY3JldC93b3Jk",  # with the user, as AUTH PLAIN sends it
    ],
)
def test_the_password_is_never_stored_in_any_form(settings, repeated):
    settings.EMAIL_HOST_USER = "me"
    settings.EMAIL_HOST_PASSWORD = "s3cret/word"

    assert fit_to_store(f"535 {repeated} is wrong") == "535 [password] is wrong"


def test_replies_that_are_no_text_can_be_stored():
    assert fit_to_store("554 \0\ud800no") == "554 no"
