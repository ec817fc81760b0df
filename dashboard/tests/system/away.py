"""A database that is away, for whoever asks it by `connection.execute_wrapper(away)`."""

from django.db import OperationalError


def away(*statement: object) -> None:
    raise OperationalError("connection refused")
