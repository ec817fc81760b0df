"""Where Celery's task results go."""

from django.db import InterfaceError, OperationalError, connection
from django_celery_results.backends import DatabaseBackend


class RetryingDatabaseBackend(DatabaseBackend):
    """django-celery-results' backend, which also waits for a database that is away.

    The package retries InterfaceError alone, but psycopg raises OperationalError, and a
    task that had finished would stay "running" for ever.
    """

    def exception_safe_to_retry(self, exc: Exception) -> bool:
        if not isinstance(exc, InterfaceError | OperationalError):
            return False
        connection.close()
        return True
