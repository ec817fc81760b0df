from django.core.checks import run_checks


def warnings() -> list:
    return [found for found in run_checks() if found.id == "notifications.W001"]


def test_an_empty_admins_setting_is_a_warning_with_a_hint(settings):
    settings.ADMINS = []

    assert "ADMINS=" in warnings()[0].hint


def test_somebody_to_tell_is_no_warning(settings):
    settings.ADMINS = [("Ann", "ann@example.org")]

    assert warnings() == []
