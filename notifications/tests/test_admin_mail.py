"""A notification's mail by itself: as HTML in a frame, and as a file."""

from email import message_from_bytes, policy

import pytest

from notifications.admin.mail_views import PAPER
from notifications.models import Notification
from notifications.tests.log import LIST, page_of

pytestmark = pytest.mark.django_db


def eml(row: Notification) -> str:
    return f"{LIST}{row.pk}/mail.eml"


def test_the_html_can_run_and_fetch_nothing_and_is_framed_by_this_site_alone(
    client, sign_in, queued
):
    sign_in()
    row = queued()

    answer = client.get(page_of(row, "html"))

    assert answer.content.decode().replace(PAPER, "<head>") == row.html
    assert answer["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_file_is_the_mail_that_is_sent(client, sign_in, queued):
    sign_in()
    row = queued(text="Dune\n")

    answer = client.get(eml(row))
    message = message_from_bytes(answer.content, policy=policy.default)

    assert answer["Content-Type"] == "message/rfc822"
    assert f'filename="notification-{row.pk}.eml"' in answer["Content-Disposition"]
    assert message["Message-ID"] == row.message_id
    assert "Dune" in message.get_body(("plain",)).get_content()


def test_what_has_no_mail_any_more_is_not_found(client, sign_in, queued, settings):
    sign_in()
    row, gone = queued(), queued()
    Notification.objects.filter(pk=gone.pk).update(text="", html="")

    assert client.get(page_of(gone, "html")).status_code == 404
    assert client.get(eml(gone)).status_code == 404

    settings.ADMINS = []

    assert client.get(eml(row)).status_code == 404


def test_what_is_not_there_is_not_found(client, sign_in):
    sign_in()

    for address in ("1/html/", "1/mail.eml", "abc/html/", "abc/mail.eml"):
        assert client.get(LIST + address).status_code == 404


def test_a_mail_is_only_read(client, sign_in, queued):
    sign_in()
    row = queued()

    assert client.post(page_of(row, "html")).status_code == 405
    assert client.post(eml(row)).status_code == 405
