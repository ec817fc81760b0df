"""A link for a new password that did not go: what is tried again, and what may have arrived."""

import pytest

from dashboard import tasks
from dashboard.models import PasswordReset
from dashboard.signing_in import resetting
from dashboard.signing_in.resetting import MailNotTaken
from dashboard.tests.signing_in.forgetting import ago, ask, mail_all
from dashboard.tests.signing_in.forgetting import sam as sam
from notifications.tests.conftest import smtp as smtp

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("code", "then"), [("451", "mailed"), ("550", "nobody has this address")])
def test_what_the_mail_server_refuses_for_now_is_tried_again(client, sam, smtp, broker, code, then):
    smtp.refused = {"sam@example.org": f"{code} not you"}
    ask(client)
    # Without the address, which the server's words may hold.
    with pytest.raises(MailNotTaken, match=r"^SMTPRecipientsRefused$"):
        mail_all()
    smtp.refused = {}
    assert mail_all() == ["not mine"]

    PasswordReset.objects.update(taken_at=ago(minutes=6))

    assert mail_all() == [then]


@pytest.mark.parametrize(
    ("trouble", "then"), [("greeting", "mailed"), ("drop_after_dot", "not mine")]
)
def test_what_the_mail_server_may_have_taken_is_not_mailed_again(
    client, sam, smtp, broker, trouble, then
):
    setattr(smtp, trouble, "421 Busy.")
    ask(client)
    with pytest.raises(MailNotTaken):
        mail_all()
    smtp.behave()
    PasswordReset.objects.update(taken_at=ago(minutes=6))

    assert mail_all() == [then]

    assert len(smtp.messages) == 1


@pytest.mark.parametrize(
    ("facts", "hinted"),
    [
        ({}, 1),
        ({"taken_at": {"minutes": 6}}, 1),
        ({"taken_at": {"minutes": 4}}, 0),
        ({"taken_at": {"minutes": 6}, "mailed_at": {"minutes": 6}}, 0),
        ({"asked_at": {"seconds": 5}}, 0),
        ({"asked_at": {"minutes": 61}}, 0),
    ],
)
def test_the_tick_hands_on_what_was_lost_and_nothing_else(client, sam, broker, facts, hinted):
    ask(client)
    broker.flushall()
    moments = {"asked_at": {"minutes": 10}} | facts
    PasswordReset.objects.update(**{name: ago(**past) for name, past in moments.items()})

    resetting.hint_lost(tasks.mail_password_reset)

    assert broker.llen("interactive") == hinted


def test_the_tick_waits_for_the_queue_and_hands_on_when_it_is_empty(client, sam, broker):
    ask(client)
    PasswordReset.objects.update(asked_at=ago(minutes=10))

    tasks.look()

    assert broker.llen("interactive") == 1
    broker.flushall()
    tasks.look()
    assert broker.llen("interactive") == 1
