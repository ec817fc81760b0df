import pytest
from django.core import checks

from dashboard.system.dangers import TAG


def ids(*, deploy: bool = False) -> list[str]:
    # Django runs the registered checks in a set's order.
    return sorted(
        found.id for found in checks.run_checks(tags=[TAG], include_deployment_checks=deploy)
    )


def sqlite(settings) -> None:
    without = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}
    settings.DATABASES = {"default": without}


def long_task(settings) -> None:
    settings.CELERY_TASK_TIME_LIMIT = 900


def endless_task(settings) -> None:
    settings.CELERY_TASK_TIME_LIMIT = None


def patient_broker(settings) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "socket_connect_timeout": 2,
    }


def patient_mail(settings) -> None:
    settings.EMAIL_TIMEOUT = None


def nobody(settings) -> None:
    settings.ADMINS = []


def test_the_settings_as_they_are_raise_no_alarm():
    assert ids() == []


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize(
    ("danger", "name"),
    [
        (sqlite, "marquee.E001"),
        (long_task, "marquee.E002"),
        (endless_task, "marquee.E002"),
        (patient_broker, "marquee.W001"),
        (patient_mail, "marquee.W001"),
        (nobody, "notifications.W001"),
    ],
)
def test_a_dangerous_setting_has_an_id_and_a_hint(settings, danger, name):
    danger(settings)

    [found] = checks.run_checks(tags=[TAG])

    assert found.id == name
    assert found.hint


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_another_database_needs_no_such_transactions(settings):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}

    assert ids() == []


def test_the_default_key_and_printed_mail_are_said_before_a_deployment(settings):
    settings.ALLOWED_HOSTS = ["marquee.example", "localhost"]
    assert ids(deploy=True) == ["marquee.E003", "marquee.E004"]

    settings.SECRET_KEY = "another"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    assert ids(deploy=True) == []


def test_a_site_without_a_name_is_said_before_a_deployment(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "marquee.example"]

    assert ids(deploy=True) == ["marquee.E003", "marquee.E004", "marquee.E005"]
