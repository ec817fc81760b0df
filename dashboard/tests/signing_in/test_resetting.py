"""A forgotten password: asked for on a page, mailed by a worker, chosen by the link, once."""

import re

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_celery_results.models import TaskResult

from conftest import wait_until
from dashboard.models import LockOut, PasswordReset, TemporaryPassword
from dashboard.tests.signing_in.forgetting import FORGOTTEN, OLD, ago, ask, mail_all
from dashboard.tests.signing_in.forgetting import sam as sam
from dashboard.tests.signing_in.typing_in import sign_in, submit
from notifications.tests.conftest import smtp as smtp

pytestmark = pytest.mark.django_db

NEW = "quite another one"


def link_in(message) -> str:
    text = message.get_payload(decode=True).decode()
    return re.search(r"https?://[^/]+(/\S+)", text)[1]


def choose(client, link: str, password: str = NEW):
    """Open the link and send the form that it leads to."""
    form = client.get(link, follow=True)
    url = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(url, {"new_password1": password, "new_password2": password}, follow=True)


def test_the_sign_in_page_leads_there(client):
    assert f'href="{FORGOTTEN}"' in client.get(reverse("admin:login")).content.decode()
    html = client.get(FORGOTTEN).content.decode()
    assert "Mail a link" in html
    assert "Mail address" in html


def test_by_the_link_a_new_password_is_chosen_once(client, sam, smtp, broker):
    TemporaryPassword.objects.create(user=sam, password=sam.password)
    other = Client()
    assert sign_in(other, "sam", OLD)
    ask(client)
    assert mail_all() == ["mailed"]

    link = link_in(smtp.messages[0])
    html = choose(client, link).content.decode()

    assert "Your new password is set." in html
    assert not sign_in(Client(), "sam", OLD)
    assert sign_in(client, "sam", NEW)
    assert client.get(reverse("admin:index")).status_code == 200
    # Whoever was signed in with the old password is not any more.
    assert other.get(reverse("admin:index")).status_code == 302
    assert "does not work any more" in choose(Client(), link, "a third one").content.decode()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (sam, "Chose a new password by mail.")


def test_the_mail_names_its_user_and_our_own_host_whatever_the_header_says(
    client, sam, smtp, broker, settings
):
    settings.ALLOWED_HOSTS = ["marquee.example", "evil.example"]

    ask(client, HTTP_HOST="evil.example")
    mail_all()

    message = smtp.messages[0]
    text = message.get_payload(decode=True).decode()
    assert smtp.envelopes == [["sam@example.org"]]
    assert message["Subject"] == "Choose a new password for Marquee"
    assert "a new password for sam on marquee.example." in text
    assert "http://marquee.example" in text
    assert "evil" not in text


def test_the_answer_is_the_same_for_an_address_that_is_nobodys(client, sam, smtp, broker):
    somebody, nobody = ask(client), ask(client, "nobody@example.org")

    assert somebody.status_code == nobody.status_code == 303
    assert somebody["Location"] == nobody["Location"] == reverse("dashboard:link_mailed")
    assert "If somebody signs in here" in client.get(somebody["Location"]).content.decode()
    assert sorted(mail_all()) == ["mailed", "nobody has this address"]
    assert len(smtp.messages) == 1


@pytest.mark.parametrize("facts", [{"is_active": False}, {"password": "!"}])
def test_who_may_not_sign_in_by_a_password_gets_no_link(client, sam, facts, broker):
    User.objects.update(**facts)

    ask(client)

    assert mail_all() == ["nobody has this address"]


def test_a_task_that_runs_twice_mails_once_and_not_when_it_is_late(client, sam, smtp, broker):
    ask(client)
    assert mail_all() + mail_all() == ["mailed", "not mine"]

    PasswordReset.objects.update(mailed_at=None, taken_at=None, asked_at=ago(hours=2))
    assert mail_all() == ["not mine"]
    assert len(smtp.messages) == 1


def test_nobodys_mailbox_is_flooded(client, sam, smtp, broker):
    for _ in range(5):
        ask(client)

    assert mail_all() == ["mailed"] * 3 + ["asked for too often"] * 2


def test_requests_that_were_not_mailed_keep_nobody_from_a_link(client, sam, smtp, broker):
    for _ in range(6):
        ask(client)
    mail_all()
    # The first three, which were mailed.
    mailed = PasswordReset.objects.order_by("pk")[:3]
    early = {"asked_at": ago(hours=2), "mailed_at": ago(hours=2)}
    PasswordReset.objects.filter(pk__in=[reset.pk for reset in mailed]).update(**early)

    ask(client)

    assert "mailed" in mail_all()


def test_what_other_workers_are_mailing_counts(client, sam, broker):
    for _ in range(3):
        ask(client)
    PasswordReset.objects.update(taken_at=timezone.now())
    ask(client)

    assert sorted(mail_all()) == ["asked for too often"] + ["not mine"] * 3


def test_who_asks_on_and_on_is_told_to_wait(client, sam, broker):
    answers = [ask(client, f"{number}@example.org").status_code for number in range(11)]

    assert answers == [303] * 10 + [429]
    assert "Try again in an hour" in ask(client).content.decode()
    assert ask(client, REMOTE_ADDR="192.0.2.7").status_code == 303


def test_what_is_no_address_is_asked_for_again(client, broker):
    for typed in ("", "sam", "x" * 10_000, "a\0@example.org"):
        assert ask(client, typed).status_code == 200
    assert not PasswordReset.objects.exists()


def test_an_old_link_does_not_work(client, sam, smtp, broker, settings):
    ask(client)
    mail_all()
    settings.PASSWORD_RESET_TIMEOUT = -1

    html = choose(client, link_in(smtp.messages[0])).content.decode()

    assert "does not work any more" in html
    assert f'href="{FORGOTTEN}"' in html
    assert sign_in(client, "sam", OLD)


def test_a_password_that_is_too_simple_is_refused_with_its_reason(client, sam, smtp, broker):
    ask(client)
    mail_all()

    html = choose(client, link_in(smtp.messages[0]), "123").content.decode()

    assert "too short" in html
    assert sign_in(client, "sam", OLD)


def test_by_the_link_the_password_one_has_is_refused(client, sam, smtp, broker):
    ask(client)
    mail_all()

    html = choose(client, link_in(smtp.messages[0]), OLD).content.decode()

    assert "This is the password already." in html


def test_a_new_password_ends_the_lock_out_of_its_owner(client, sam, smtp, broker):
    for _ in range(5):
        submit(client, "sam", "wrong")
    ask(client)
    mail_all()

    choose(client, link_in(smtp.messages[0]))

    assert LockOut.objects.get().unlocked_by == sam
    assert sign_in(client, "sam", NEW)


def test_without_a_broker_the_page_answers_as_ever(client, sam):
    assert ask(client).status_code == 303
    assert str(PasswordReset.objects.get()).startswith("new password")


@pytest.mark.django_db(transaction=True)
def test_a_worker_mails_it_and_the_link_is_written_down_nowhere(start_worker, client, smtp):
    User.objects.create_user("sam", "sam@example.org", OLD, is_staff=True)
    address = f"smtp://127.0.0.1:{smtp.port}"
    start_worker(EMAIL_URL=address)

    ask(client)

    wait_until(lambda: TaskResult.objects.filter(status="SUCCESS").exists())
    token = link_in(smtp.messages[0]).rstrip("/").rpartition("/")[2]
    assert TaskResult.objects.get().result == '"mailed"'
    for model in apps.get_models():
        assert token not in str(list(model._default_manager.values_list())), model
