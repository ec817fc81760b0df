"""What the lists can be narrowed to; each filter can say in words what it was set to."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from movies.models import Genre, Movie, Origin, Outcome
from movies.words import dates

Rows = QuerySet[Any]
type Choices = Iterable[tuple[str, str]]


class ChoiceFilter(admin.SimpleListFilter):
    """One of a few known values, chosen from a plain select."""

    template = "unfold/filters/filters_field.html"
    # What it is called when nothing is chosen.
    nothing_chosen = "All"
    # The column that holds the value, where no more has to be asked.
    field = ""

    @classmethod
    def expected_parameters(cls) -> list[str | None]:
        return [cls.parameter_name]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset

    def value(self) -> str | None:
        """Return the chosen value; one that is not offered counts as none."""
        value = super().value()
        return value if value in dict(self.lookup_choices) else None

    def chip(self) -> str:
        """Return what it is set to, for the reader; empty when it is not."""
        value = self.value()
        return f"{_name(self)}: {dict(self.lookup_choices)[value]}" if value else ""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        name = str(self.parameter_name)
        form = forms.Form({name: self.value()})
        form.fields[name] = forms.ChoiceField(
            label=_name(self),
            choices=[("", self.nothing_chosen), *self.lookup_choices],
            required=False,
            widget=UnfoldAdminSelectWidget,
        )
        yield {"form": form}


def _name(chosen: admin.ListFilter) -> str:
    return str(chosen.title).capitalize()


class CompleteFilter(ChoiceFilter):
    title = "details"
    parameter_name = "complete"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [("yes", "Complete"), ("no", "Lacks details")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        if self.value() is None:
            return queryset
        return queryset.filter(is_full_record=self.value() == "yes")


class KindFilter(ChoiceFilter):
    title = "kind"
    parameter_name = field = "kind"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [(str(value), str(words)) for value, words in Movie.Kind.choices]


class GenreFilter(ChoiceFilter):
    title = "genre"
    parameter_name = "genre"
    # A film has a genre once, so that no DISTINCT is needed.
    field = "genres"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [(str(pk), name) for pk, name in Genre.objects.values_list("pk", "name")]


class OriginFilter(ChoiceFilter):
    title = "asked by"
    parameter_name = field = "origin"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        return [(str(value), str(words)) for value, words in Origin.choices]


class DecidedFilter(ChoiceFilter):
    """What staff decided about terms; most are none of it."""

    title = "decided"
    parameter_name = "decided"
    WHICH: ClassVar[dict[str, Q]] = {
        "hidden": Q(hidden=True),
        "merged": Q(canonical__isnull=False, erased_at=None),
        "erased": Q(erased_at__isnull=False),
    }

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        words = ("Hidden as spam", "Merged into another", "Erased")
        return list(zip(self.WHICH, words, strict=True))

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        return queryset.filter(self.WHICH[self.value() or ""]) if self.value() else queryset


class OutcomeFilter(ChoiceFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: object) -> Choices:
        ended = [(str(value), str(words)) for value, words in Outcome.choices]
        return [*ended, ("open", "Not ended yet")]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        if self.value() is None:
            return queryset
        return queryset.filter(outcome="" if self.value() == "open" else self.value())


class RangeFilter(admin.ListFilter):
    """From and to, either of which may be left open."""

    template = "admin/filter_range.html"
    parameter_name = ""
    input_type = "number"

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Model],
        model_admin: "admin.ModelAdmin[Any]",
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names():
            text = params.pop(name, [""])[-1].strip()
            if text:
                self.used_parameters[name] = text

    def has_output(self) -> bool:
        return True

    @classmethod
    def names(cls) -> tuple[str, str]:
        return f"{cls.parameter_name}_from", f"{cls.parameter_name}_to"

    @classmethod
    def expected_parameters(cls) -> list[str | None]:
        return list(cls.names())

    def bounds(self) -> tuple[str, str]:
        first, last = (str(self.used_parameters.get(name, "")) for name in self.names())
        return first, last

    def chip(self) -> str:
        """Return what it is set to, for the reader; empty when it is not."""
        first, last = self.bounds()
        words = " ".join(
            f"{word} {bound}" for word, bound in (("from", first), ("to", last)) if bound
        )
        return f"{_name(self)} {words}" if words else ""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        form = forms.Form(dict(zip(self.names(), self.bounds(), strict=True)))
        for name, word in zip(self.names(), ("From", "To"), strict=True):
            attributes = {
                "class": " ".join(INPUT_CLASSES),
                "placeholder": word,
                "aria-label": f"{_name(self)}, {word.lower()}",
                "type": self.input_type,
            }
            form.fields[name] = forms.CharField(required=False, widget=forms.TextInput(attributes))
        yield {"form": form}


class YearFilter(RangeFilter):
    title = "year"
    parameter_name = "year"

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        first, last = self.bounds()
        # What is no year matches nothing: ignored, it would look like an answer.
        if not all(re.fullmatch("[0-9]{1,4}", bound) for bound in (first, last) if bound):
            return queryset.none()
        if first:
            queryset = queryset.filter(year__gte=int(first))
        return queryset.filter(year__lte=int(last)) if last else queryset


class DayFilter(RangeFilter):
    """Days of the site, of which the last is included."""

    title = "day"
    parameter_name = "day"
    input_type = "date"
    field = "created_at"

    def chip(self) -> str:
        """Return the days as pages about a period write them; what is none as it is."""
        first, last = self.bounds()
        try:
            days = [date.fromisoformat(bound) for bound in (first, last) if bound]
        except ValueError:
            return super().chip()
        today = timezone.localdate()
        if first and last:
            return dates(days[0], days[1], today)
        return f"{'From' if first else 'To'} {dates(days[0], days[0], today)}" if days else ""

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        first, last = self.bounds()
        try:
            if first:
                queryset = queryset.filter(**{f"{self.field}__gte": _midnight(first)})
            if last:
                after = _midnight(last, later=1)
                queryset = queryset.filter(**{f"{self.field}__lt": after})
        except (ValueError, OverflowError):
            # What is no day matches nothing: ignored, it would look like an answer.
            return queryset.none()
        return queryset


def _midnight(text: str, *, later: int = 0) -> datetime:
    # By the calendar: a day of the site may have 23 or 25 hours.
    day = date.fromisoformat(text) + timedelta(days=later)
    # In UTC already here, or a first day of all would overflow only when the query runs.
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
