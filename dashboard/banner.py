"""What is broken, as a line on every page of the admin that does not say it anyway.

When mail itself is down, this is the only channel left.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from dashboard.system import looking
from dashboard.system.lines import Line
from dashboard.system.page import SEES

# More lines would push the page out of sight.
MOST = 3
# Pages that name what is broken themselves, to whoever may see the System page.
TELLING = ("admin:index", "dashboard:system")


@dataclass(frozen=True, slots=True)
class Banner:
    """The first lines of what is broken, and how many others there are."""

    lines: list[Line]
    more: int


def troubles(request: HttpRequest) -> dict[str, Callable[[], Banner]]:
    """Give templates `troubles`; who does not show them does not ask."""
    return {"troubles": lambda: _banner(request)}


def _banner(request: HttpRequest) -> Banner:
    match = request.resolver_match
    if match and match.view_name in TELLING and request.user.has_perm(SEES):
        return Banner([], 0)
    broken = looking.known().broken
    return Banner(broken[:MOST], len(broken[MOST:]))
