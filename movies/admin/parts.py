"""The parts of a page about something that happened."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats
from movies.models import Origin

HISTORY_ROWS = 50
# Who asked for a search, in a sentence.
BY = {
    Origin.VISITOR: "a visitor",
    Origin.STAFF: "staff",
    Origin.COMMAND: "the command line",
    Origin.IMPORT: "an import",
}


class Part(Protocol):
    """What a tab shows, with the template that shows it."""

    @property
    def template(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Table:
    """A few rows about a record; `empty` says why there are none."""

    template: ClassVar[str] = "admin/table.html"
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    empty: str
    numbers: Sequence[int] = ()
    more: str = ""
    # Too wide for a phone, where a row then becomes two lines.
    is_wide: bool = False

    def lines(self) -> list[list[tuple[str, object, bool]]]:
        """Return the rows with each cell's column, and whether it holds numbers."""
        return [
            [
                (column, cell, place in self.numbers)
                for place, (column, cell) in enumerate(zip(self.columns, row, strict=True))
            ]
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of a record's page; only the open one is read."""

    key: str
    title: str
    table: Callable[[], Part]
    # The rows of another room: the tab is for those who may view them there.
    of: type[Model] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A button that opens a dialog, or a page that asks.

    Its `id` keeps the focus where the page renews itself.
    """

    words: str
    url: str
    id: str = ""
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is: a bar, the same in words, and what brings it further."""

    done: int
    whole: int
    words: str
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What a page says of one row, the most important first."""

    title: object
    label: SafeString
    sentence: SafeString | str
    facts: Sequence[tuple[str, object]] = ()
    technical: Sequence[tuple[str, object]] = ()
    progress: Progress | None = None
    # What only one kind of record has, such as a poster.
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    words: str
    url: str


def person(user: User | None) -> str:
    """Return what staff call a user; nobody is the command line or somebody gone."""
    return (user.get_full_name() or user.get_username()) if user else NOBODY


NOBODY = formats.NONE


def source() -> str:
    """Return who tells about films, within a sentence."""
    return "the demo catalogue" if settings.OMDB_DEMO else "OMDb"


def link(row: Model, words: object = None) -> SafeString:
    """Return a link to the page of `row`, isolated from the direction of what is around it."""
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html(
        '<a class="link" href="{}"><bdi>{}</bdi></a>',
        reverse(page, args=[row.pk]),
        str(row) if words is None else words,
    )


def may_view(request: HttpRequest, model: type[Model]) -> bool:
    """Return whether the reader may open the pages of `model`."""
    allowed: bool = admin.site.get_model_admin(model).has_view_permission(request)
    return allowed


def linked(request: HttpRequest, row: Model) -> SafeString:
    """Return a link to the page of `row`, or only its name if the reader may not open it."""
    return link(row) if may_view(request, type(row)) else format_html("<bdi>{}</bdi>", row)


def history(obj: Model, others: Iterable[tuple[Any, str, object]] = ()) -> Table:
    """Return what staff did to `obj`, from the admin's log and from `others`, newest first."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk)
    ).select_related("user")[:HISTORY_ROWS]
    done = [
        (entry.action_time, person(entry.user), entry.get_change_message()) for entry in entries
    ]
    newest_first = sorted([*done, *others], key=lambda row: row[0], reverse=True)
    return Table(
        columns=("When", "Who", "What"),
        rows=[(formats.moment(at), who, what) for at, who, what in newest_first],
        empty="Nobody has done anything here by hand.",
    )
