"""What an address asks of the worklist: which period, what lacks, and which page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from django.urls import reverse

from dashboard.periods import View, view_of
from dashboard.term_pages.term_asking import asked_of as numbers_of
from dashboard.worklist.lacking import Kind

KINDS: dict[Kind, str] = {"": "Anything", "films": "Films", "details": "Details"}
OF_PERIOD = ("period", "from", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """`problem` says what of the address was not understood, and is empty when all of it was."""

    view: View
    kind: Kind = ""
    minimum: int = 0
    page: int = 1
    problem: str = ""
    kept: dict[str, str] = field(default_factory=dict)

    def url(self, name: str = "dashboard:worklist", **changes: str) -> str:
        """Return the address that asks for the same, with parameters changed; without a page."""
        return reverse(name) + self.view.query(**self.kept | changes)


def asked_of(address: Mapping[str, str], today: date) -> Asked:
    """Return what an address asks for. Staff and bots are never counted, nothing is compared."""
    view = view_of({name: address.get(name, "") for name in OF_PERIOD if name in address}, today)
    numbers = numbers_of({name: address.get(name, "") for name in ("minimum", "page")})
    problem = view.problem or numbers.problem
    kind = address.get("lacks", "")
    if kind not in KINDS:
        problem, kind = problem or f"Nothing lacks {kind!r:.30}.", ""
    kept = {"lacks": kind, "minimum": str(numbers.minimum or "")}
    return Asked(view, cast(Kind, kind), numbers.minimum, numbers.page, problem, kept)
