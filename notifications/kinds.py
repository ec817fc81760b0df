"""The registry of what can be said; every app adds its own kinds from `ready()`."""

from dataclasses import dataclass

NEW_SEARCH_TERM = "new_search_term"
MOVIE_FILLED = "movie_filled"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notification; one that is not mailed is only written down."""

    name: str
    label: str
    mailed: bool = True


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add `kind`; a second one of the same name takes its place."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """Return the kind, or a plain one for a name nobody registers any more."""
    return _kinds.get(name) or Kind(name, name.replace("_", " ").capitalize(), mailed=False)


def registered() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def register_own() -> None:
    register(Kind(NEW_SEARCH_TERM, "New search term"))
    register(Kind(MOVIE_FILLED, "Film filled", mailed=False))
