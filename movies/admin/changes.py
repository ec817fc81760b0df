"""What re-fills do to films, and what they changed, in words."""

from django.db.models import Exists, OuterRef
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from movies import formats
from movies.admin.parts import Table, link
from movies.models import Movie, RefillItem

ROWS = 100
TEXT = 80
_FIELDS = {
    "title": "title",
    "kind": "kind",
    "year": "year",
    "end_year": "last year",
    "runtime_minutes": "runtime",
    "plot": "plot",
    "poster_url": "poster",
    "genres": "genres",
}


def being_refilled(film: str) -> Exists:
    """Return whether a re-fill is still to fetch the film whose key is in the field `film`."""
    return Exists(RefillItem.objects.under_way().filter(movie=OuterRef(film)))


def spoken(name: str, value: object) -> str:
    """Return the value of a film's field as staff read it; a dash for none."""
    if not value:
        return formats.NONE
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name == "runtime_minutes":
        return f"{value} min"
    if name == "kind":
        return dict(Movie.Kind.choices).get(str(value), str(value))
    return Truncator(str(value)).chars(TEXT)


def change_lines(item: RefillItem) -> SafeString:
    """Return what one item changed: `runtime — → 155 min`, a line for each field."""
    return format_html_join(
        "",
        '<span class="change"><b>{}</b> <bdi>{}</bdi> '
        '<span aria-label="became">→</span> <bdi>{}</bdi></span>',
        (
            (
                _FIELDS.get(change["field"], change["field"]),
                spoken(change["field"], change["before"]),
                spoken(change["field"], change["after"]),
            )
            for change in item.changes
        ),
    )


def changes(film: Movie) -> Table:
    """Return the newest changes that re-fills made to `film`."""
    items = film.refill_items.exclude(changes=[]).select_related("refill").order_by("-pk")[:ROWS]
    return Table(
        columns=("When", "By", "Field", "Before", "After"),
        rows=[
            (
                formats.moment(item.finished_at),
                link(item.refill),
                _FIELDS.get(change["field"], change["field"]).capitalize(),
                format_html("<bdi>{}</bdi>", spoken(change["field"], change["before"])),
                format_html("<bdi>{}</bdi>", spoken(change["field"], change["after"])),
            )
            for item in items
            for change in item.changes
        ],
        is_wide=True,
        empty="No re-fill has changed it.",
    )
