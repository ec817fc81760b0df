"""The question before a re-fill, in words: which films, and what that takes of the day's calls."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from movies import formats, services
from movies.admin.parts import source
from movies.querysets import MovieQuerySet


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer: how many films, what that takes, and the button's words."""

    value: str
    words: str
    cost: SafeString | str
    button: str


def title(cost: services.RefillCost, films: MovieQuerySet) -> str:
    """Return the question itself; a single film is asked about by its name."""
    one = films.not_under_way().only("title", "year")[: cost.films == 1]
    names = (f"“{film.title}”" + (f" ({film.year})" if film.year else "") for film in one)
    return f"Re-fill {next(names, formats.counted(cost.films, 'film'))}?"


def state(cost: services.RefillCost) -> str:
    """Return what is known of these films, and which others are left out."""
    return " ".join(part for part in (_lacking(cost), _others(cost)) if part)


def _lacking(cost: services.RefillCost) -> str:
    if cost.films == 1 and cost.incomplete:
        return "It lacks details."
    if cost.films == 1:
        return f"It is complete: {source()} is asked again."
    if not cost.incomplete:
        every = formats.number(cost.films)
        return f"All {every} are complete. Choose All to ask {source()} again."
    lack = f"{formats.number(cost.incomplete)} lack{'s' if cost.incomplete == 1 else ''} details"
    if not cost.complete:
        return f"{lack}."
    are = "is" if cost.complete == 1 else "are"
    return f"{lack}, {formats.number(cost.complete)} {are} complete."


def _others(cost: services.RefillCost) -> str:
    said = []
    if cost.under_way:
        more = " more" if cost.films else ""
        are = "is" if cost.under_way == 1 else "are"
        said.append(f"{formats.number(cost.under_way)}{more} {are} being re-filled already.")
    if cost.left_out:
        most = formats.number(cost.films)
        said.append(f"Those are the first {most}: {formats.number(cost.left_out)} are left out.")
    return " ".join(said)


def choices(cost: services.RefillCost) -> list[Choice]:
    wanted = []
    if cost.incomplete:
        wanted.append(("incomplete", "Only the", cost.incomplete))
    if cost.complete:
        wanted.append(("all", "All", cost.films))
    return [
        Choice(
            value=value,
            words=f"{word} {formats.number(count)}",
            cost=cost_of(cost, count),
            button=f"Re-fill {formats.counted(count, 'film')}",
        )
        for value, word, count in wanted
    ]


def cost_to_retry(cost: services.RefillCost) -> SafeString | str:
    """Return what the films that failed take, and how many of them are on their way already."""
    takes = cost_of(cost, cost.films) if cost.films else ""
    return format_html("{} {}", takes, _others(cost)).strip()


def cost_of(cost: services.RefillCost, wanted: int) -> SafeString | str:
    """Return what so many films take of the day's calls, and what of it fits today."""
    if settings.OMDB_DEMO:
        return "The demo catalogue answers: no OMDb calls are spent."
    budget = cost.budget
    fit = cost.fit_today(wanted)
    if fit == wanted:
        end: SafeString | str = "all fit." if wanted > 1 else "it fits."
    else:
        late = wanted - fit
        waits = "waits" if late == 1 else "wait"
        end = format_html(
            "{} fit today; {} {} until {} and continue{} by {}.",
            formats.number(fit),
            formats.number(late),
            waits,
            formats.clock(budget.refills_open_at),
            "s" if late == 1 else "",
            "itself" if late == 1 else "themselves",
        )
    return format_html(
        "About {}. {} of {} are left, {} reserved for visitors{}: {}",
        formats.counted(wanted, "OMDb call"),
        formats.number(budget.left),
        formats.number(budget.limit),
        formats.number(budget.reserved),
        _others_take(budget.left_for_refills - cost.room),
        end,
    )


def _others_take(taken: int) -> str:
    return f", {formats.number(taken)} for re-fills that run" if taken else ""
