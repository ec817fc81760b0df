import os
import signal
import threading
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from notifications.management.commands import relay_notifications
from notifications.management.commands.relay_notifications import Command
from notifications.models import Notification


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("relay_notifications", *arguments, stdout=out)
    return out.getvalue()


def stop_by(number: int) -> None:
    os.kill(os.getpid(), number)


def test_one_pass_says_what_it_did(queued, smtp):
    queued()

    assert run("--once") == "Notifications: 1 sent.\n"
    assert run("--once") == "Notifications: nothing was due.\n"


def test_a_pass_in_which_one_failed_does_not_end_well(queued, smtp):
    queued()
    smtp.reply_to_data = "554 no"

    with pytest.raises(CommandError, match="1 failed"):
        run("--once")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_relays_until_it_is_told_to_stop(queued, smtp, number):
    before = signal.getsignal(number)
    queued()
    smtp.on_message = lambda: stop_by(number)
    started = time.monotonic()

    out = run()

    assert "Stopped" in out
    assert time.monotonic() - started < 5
    assert Notification.objects.get().state == "sent"
    assert signal.getsignal(number) == before


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_when_the_database_comes_back(queued, smtp, monkeypatch, caplog):
    monkeypatch.setattr(relay_notifications, "INTERVAL", 0.01)
    queued()
    smtp.on_message = lambda: stop_by(signal.SIGTERM)
    failures = iter([OperationalError("the database is away")])

    def fail_once(execute, sql, params, many, context):
        for failure in failures:
            raise failure
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail_once):
        run()

    assert "the next pass tries again" in caplog.text
    assert Notification.objects.get().state == "sent"


def test_a_stop_ends_the_wait_between_two_passes():
    command = Command()
    threading.Timer(0.1, command.stop).start()
    started = time.monotonic()

    command.wait()

    assert time.monotonic() - started < 5


def test_the_help_has_an_example(capsys):
    with pytest.raises(SystemExit) as ended:
        Command().create_parser("manage.py", "relay_notifications").parse_args(["--help"])

    assert ended.value.code == 0
    assert "manage.py relay_notifications --once" in " ".join(capsys.readouterr().out.split())
