import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from dashboard.tests import rows
from dashboard.tests.signing_in.typing_in import sign_in

pytestmark = pytest.mark.django_db


def run(command: str, **options: int) -> str:
    output = io.StringIO()
    call_command(command, stdout=output, **options)
    return output.getvalue()


def test_the_first_superuser_is_printed_once_and_can_sign_in(client):
    lines = run("first_superuser").splitlines()

    assert lines[1] == "  username: admin"
    password = lines[2].removeprefix("  password: ")
    assert sign_in(client, "admin", password)
    assert run("first_superuser") == "There is a superuser already; nothing was changed.\n"
    assert run("first_superuser", verbosity=0) == ""


def test_a_name_that_is_taken_is_told_with_a_way_out():
    User.objects.create_user("admin")

    with pytest.raises(CommandError, match="createsuperuser"):
        run("first_superuser")


def test_prune_says_what_it_removed():
    rows.task_result("SUCCESS", timezone.now() - timedelta(days=8))

    assert run("prune") == "Removed 1 task result.\n"
    assert run("prune") == "Removed nothing.\n"
