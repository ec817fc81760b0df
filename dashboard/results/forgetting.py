"""Forget what people typed, where the failure of a task names it."""

import json
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from celery import states
from django.db.models import Exists, OuterRef, QuerySet
from django_celery_results.models import TaskResult

from dashboard.models import ErrorGroup, TaskRecord
from dashboard.results.about import about
from dashboard.results.fingerprints import Failure
from movies.erasing import without
from movies.models import Search, SearchTerm

Kind = TaskRecord.Kind


def forget(term: SearchTerm, text: str) -> None:
    """Replace `text`, which was that of a term, in what failed tasks about its searches left.

    In a transaction of the caller.
    """
    searches = Search.objects.filter(term=term).values("pk")
    records = TaskRecord.objects.filter(about_kind=Kind.SEARCH, about_id__in=searches)
    records = records.exclude(error="")
    failed = list(records.values_list("pk", flat=True))
    groups = ErrorGroup.objects.filter(records__in=failed).distinct()
    spellings = {text, json.dumps(text)[1:-1], quote(text), quote_plus(text)}
    _replace(records, spellings, "error")
    failed += _failed_just_now(term)
    _replace(TaskResult.objects.filter(pk__in=failed), spellings, "result", "traceback")
    # An error says it as it says all that differs from one failure to the next; of a text of
    # digits nothing is left in it.
    masked = Failure("", "", "", text).message
    if any(map(str.isalpha, masked)):
        _replace(groups, {masked}, "message")


def _failed_just_now(term: SearchTerm) -> list[int]:
    """Return the keys of failures about a term of which there is no record yet."""
    recorded = TaskRecord.objects.filter(pk=OuterRef("pk"))
    results = TaskResult.objects.filter(~Exists(recorded), status=states.FAILURE)
    found = {
        pk: about(task, arguments)
        for pk, task, arguments in results.values_list("pk", "task_name", "task_args")
    }
    searches = [key for kind, key in found.values() if key and kind == Kind.SEARCH]
    ours = set(Search.objects.filter(term=term, pk__in=searches).values_list("pk", flat=True))
    return [pk for pk, (kind, key) in found.items() if kind == Kind.SEARCH and key in ours]


def _replace(rows: QuerySet[Any], spellings: Collection[str], *columns: str) -> None:
    for row in rows.only(*columns):
        changed = {name: _without(getattr(row, name) or "", spellings) for name in columns}
        if any(words != (getattr(row, name) or "") for name, words in changed.items()):
            rows.filter(pk=row.pk).update(**changed)


def _without(words: str, spellings: Iterable[str]) -> str:
    for spelling in sorted(spellings, key=len, reverse=True):
        words = without(words, spelling)
    return words
