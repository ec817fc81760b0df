import pytest
from django.db import InterfaceError, OperationalError

from config.results import RetryingDatabaseBackend


@pytest.mark.django_db
@pytest.mark.parametrize("error", [InterfaceError("closed"), OperationalError("gone")])
def test_a_database_that_is_away_is_waited_for(error):
    assert RetryingDatabaseBackend.exception_safe_to_retry(None, error)


def test_any_other_error_is_not_tried_again():
    assert not RetryingDatabaseBackend.exception_safe_to_retry(None, ValueError("no"))
