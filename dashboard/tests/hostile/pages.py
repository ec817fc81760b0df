"""What a page must not hold, whatever was typed and stored."""

import csv
from html.parser import HTMLParser
from io import StringIO

from dashboard.tests.hostile.values import MARK
from movies.csv_safe import safe

# Alpine, htmx and browsers run what stands in these.
RUN = ("x-", "@", ":", "on", "hx-on", "hx-vals", "hx-vars", "style", "srcdoc")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data")
# Of these a browser reads no code.
DATA = ("application/json", "text/plain")


class Echo(HTMLParser):
    """Collects what of a page was made by what somebody typed, and is more than text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_code = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self._is_code = tag == "style" or (tag == "script" and given.get("type") not in DATA)
        if MARK in tag or any(MARK in name for name in given):
            self.found.append(f"<{tag} {given}>")
        for name, value in given.items():
            runs = name.startswith(RUN) and MARK in value.lower()
            leads = name in ADDRESSES and value.strip().lower().startswith(
                (f"javascript:{MARK}", f"//{MARK}")
            )
            if runs or leads:
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = False

    def handle_data(self, data: str) -> None:
        if MARK in data and (self._is_code or f"49{MARK}" in data):
            self.found.append(data)


def echoed(page: str) -> list[str]:
    """Return what of an HTML page somebody else's text became, other than text."""
    if MARK not in page:
        return []
    parser = Echo()
    parser.feed(page)
    parser.close()
    return parser.found


def formulas(content: str) -> list[str]:
    """Return the cells of a CSV that a spreadsheet would run."""
    lines = csv.reader(StringIO(content.removeprefix("\ufeff")))
    return [cell for line in lines for cell in line if MARK in cell and safe(cell) != cell]
