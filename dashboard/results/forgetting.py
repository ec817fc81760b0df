"""Forget what people typed, where the failure of a task names it."""

import json
from typing import Any
from urllib.parse import quote, quote_plus

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Replace
from django_celery_results.models import TaskResult

from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.fingerprints import Failure
from movies.erasing import ERASED
from movies.models import Search, SearchTerm


def forget(term: SearchTerm, text: str) -> None:
    """Replace `text`, which was that of a term, in what failed tasks about its searches left.

    In a transaction of the caller.
    """
    searches = Search.objects.filter(term=term).values("pk")
    about = TaskRecord.objects.filter(about_kind=TaskRecord.Kind.SEARCH, about_id__in=searches)
    failed = list(about.exclude(error="").values_list("pk", flat=True))
    in_address = {quote(text), quote_plus(text)}
    for spelling in in_address | {text, json.dumps(text)[1:-1]}:
        _replace(TaskRecord.objects.filter(pk__in=failed), spelling, "error")
        _replace(TaskResult.objects.filter(pk__in=failed), spelling, "result", "traceback")
    # An error says it as it says all that differs from one failure to the next.
    groups = ErrorGroup.objects.filter(records__in=failed).values("pk")
    _replace(ErrorGroup.objects.filter(pk__in=groups), Failure("", "", "", text).message, "message")


def _replace(rows: QuerySet[Any], text: str, *columns: str) -> None:
    rows.update(**{name: Replace(F(name), Value(text), Value(ERASED)) for name in columns})
