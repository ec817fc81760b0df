import io

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection

from dashboard.sample import history
from dashboard.sample.checks import no_real_key_for_sample_history
from movies.models import SearchTerm

pytestmark = pytest.mark.django_db


@pytest.fixture
def _history() -> None:
    SearchTerm.objects.create(term=history.MARK)


@pytest.fixture
def _real_key(settings) -> None:
    settings.OMDB_DEMO = False


@pytest.mark.usefixtures("_history", "_real_key")
def test_a_real_key_is_refused_by_the_database_of_a_demo():
    errors = checks.run_checks(databases=["default"])

    assert [error.id for error in errors] == ["dashboard.E001"]
    assert "invented" in errors[0].msg
    assert "OMDB_API_KEY" in errors[0].hint


@pytest.mark.usefixtures("_history", "_real_key")
def test_migrating_is_refused_before_anything_is_changed():
    with pytest.raises(CommandError, match="sample history of a demo"):
        call_command("migrate", skip_checks=False, stdout=io.StringIO())


@pytest.mark.usefixtures("_history")
def test_a_demo_may_use_its_own_database():
    assert checks.run_checks(databases=["default"]) == []


@pytest.mark.usefixtures("_real_key")
def test_a_database_without_sample_history_takes_a_real_key():
    assert no_real_key_for_sample_history(databases=["default"]) == []


@pytest.mark.usefixtures("_history", "_real_key")
def test_a_check_that_may_not_ask_databases_asks_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert no_real_key_for_sample_history() == []


@pytest.mark.usefixtures("_real_key")
def test_an_empty_database_has_no_table_to_ask(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)

    assert no_real_key_for_sample_history(databases=["default"]) == []
