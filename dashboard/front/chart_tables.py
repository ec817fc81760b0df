"""The table beneath a chart, which says in numbers what the chart draws."""

from collections.abc import Mapping, Sequence

# Not Django's, which first asks of each text whether it is a promise of one.
from html import escape

from django.utils.safestring import SafeString

from movies.formats import number

# Of the site: nobody had searched yet, or the hour has not begun.
NOT_COUNTED = "not counted"


def table(
    names: Sequence[str],
    urls: Sequence[str],
    columns: Mapping[str, Sequence[int | None]],
    notes: Sequence[str],
    sums_note: str = "",
) -> SafeString:
    """Return the rows newest first, then their sums.

    Written here and not by a template, which would take longer than all else on the page.
    """
    heads = "".join(f'<th scope="col" class="numeric">{escape(name)}</th>' for name in columns)
    counts = list(zip(*columns.values(), strict=True))
    rows = [
        _row(_linked(names[place], urls[place]), counts[place], notes[place])
        for place in reversed(range(len(names)))
    ]
    sums = [sum(value or 0 for value in values) for values in columns.values()]
    return SafeString(
        f'<thead><tr><th scope="col">Time</th>{heads}'
        f'<th scope="col"><span class="spoken">Remark</span></th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody><tfoot>{_row('All', sums, escape(sums_note))}</tfoot>"
    )


def _linked(name: str, url: str) -> str:
    return f'<a href="{escape(url)}">{escape(name)}</a>' if url else escape(name)


def _row(name: str, counts: Sequence[int | None], note: str) -> str:
    cells = "".join(f'<td class="numeric">{number(count)}</td>' for count in counts)
    if all(count is None for count in counts):
        note = NOT_COUNTED
    return f'<tr><th scope="row">{name}</th>{cells}<td>{note}</td></tr>'
