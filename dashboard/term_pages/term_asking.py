"""What an address asks of the term tables: which one, which of its rows, in which order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.ranks.boards import TITLES, Table
from dashboard.ranks.finding import SORTS
from movies.models import TERM_LENGTH

FIRST: Table = "top"
# As many digits fit into every number that a term can count.
DIGITS = "[0-9]{1,9}"


@dataclass(frozen=True, slots=True)
class Asked:
    """`problem` says what of the address was not understood, and is empty when all of it was."""

    table: Table = FIRST
    find: str = ""
    minimum: int = 0
    # One of SORTS, with or without a minus; empty for the table's own order.
    sort: str = ""
    page: int = 1
    problem: str = ""

    def parameters(self) -> dict[str, str]:
        """Return the shortest address that asks for the same, without the page."""
        found = {
            "tab": "" if self.table == FIRST else self.table,
            "find": self.find,
            "minimum": str(self.minimum or ""),
            "sort": self.sort,
        }
        return {name: value for name, value in found.items() if value}


def asked_of(address: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what is no such thing is left out, and named."""
    table, sort = address.get("tab", "") or FIRST, address.get("sort", "")
    minimum, problem = _number(address.get("minimum", ""), "number of searches")
    page, page_problem = _number(address.get("page", ""), "number of a page")
    problem = problem or page_problem
    if table not in TITLES:
        problem, table = f"There is no table {table!r:.30}.", FIRST
    if sort and sort.removeprefix("-") not in SORTS:
        problem, sort = problem or f"A table is not sorted by {sort!r:.30}.", ""
    return Asked(
        table=table,
        find=address.get("find", "").replace("\0", " ").strip()[:TERM_LENGTH],
        minimum=minimum,
        sort=sort,
        page=max(page, 1),
        problem=problem,
    )


def _number(text: str, name: str) -> tuple[int, str]:
    if not text:
        return 0, ""
    if not re.fullmatch(DIGITS, text):
        return 0, f"{text!r:.30} is no {name}."
    return int(text), ""
