"""Which films a question about a re-fill is about: ticked ones, all that a filter finds, a term's.

The answer brings back what was asked about, not a hundred thousand keys.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from re import fullmatch
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import Max
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from movies.models import Movie, SearchTerm
from movies.querysets import MovieQuerySet

FILMS = "admin:movies_movie_changelist"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some films, the form's fields that name them, and the page they were chosen on."""

    films: MovieQuerySet
    fields: dict[str, object]
    back: str


def ticked(pks: Sequence[int]) -> Chosen:
    films = Movie.objects.filter(pk__in=pks)
    is_one = len(pks) == 1 and films.exists()
    back = reverse("admin:movies_movie_change", args=pks) if is_one else reverse(FILMS)
    return Chosen(films, {"films": ",".join(map(str, pks))}, back)


def found(request: HttpRequest, query: str, newest: int | None = None) -> Chosen:
    """Return the films that their list shows for an address, all pages of it.

    Only up to the `newest`: those that come while somebody reads the question were not asked
    about. Raises IncorrectLookupParameters for an address that the list does not take.
    """
    parameters = QueryDict(query, mutable=True)
    parameters.pop(PAGE_VAR, None)
    asked: Any = copy(request)
    asked.GET = parameters
    shown: Any = admin.site.get_model_admin(Movie).get_changelist_instance(asked)
    films = Movie.objects.filter(pk__in=shown.queryset.order_by().values("pk"))
    if newest is None:
        newest = films.aggregate(newest=Max("pk"))["newest"] or 0
    fields = {"filter": parameters.urlencode(), "newest": newest}
    back = f"{reverse(FILMS)}?{parameters.urlencode()}"
    return Chosen(films.filter(pk__lte=newest), fields, back)


def of_term(term: SearchTerm) -> Chosen:
    films = Movie.objects.filter(hits__term=term)
    back = reverse("admin:movies_searchterm_change", args=[term.pk])
    return Chosen(films, {"term": term.pk}, back)


def named(request: HttpRequest) -> Chosen | None:
    """Return the films that the fields of an answer name, or None if they name none."""
    answer = request.POST
    keys = answer.get("films", "").split(",")
    if all(map(_is_key, keys)):
        return ticked([int(key) for key in keys])
    if _is_key(answer.get("newest", "")):
        try:
            return found(request, answer.get("filter", ""), int(answer["newest"]))
        except IncorrectLookupParameters:
            return None
    term = answer.get("term", "")
    known = SearchTerm.objects.filter(pk=term).first() if _is_key(term) else None
    return of_term(known) if known else None


def _is_key(text: str) -> bool:
    return bool(fullmatch("[0-9]{1,18}", text))
