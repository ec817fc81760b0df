"""The period and how it is looked at, as links and one form that keep the rest of the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboard.periods import COMPARES, PRESETS, Compare, Grain, View
from movies.formats import number
from movies.words import when

NAMES = {"today": "Today", "month": "Month"}
COMPARE_WORDS: dict[Compare, str] = {
    "weekdays": "Same weekdays",
    "previous": "Previous period",
    "year": "Last year",
    "none": "No comparison",
}
GRAIN_WORDS: dict[Grain, str] = {
    "hour": "Hours",
    "day": "Days",
    "week": "Weeks",
    "month": "Months",
}
# What another period does not take over: its own dates, and buckets that may not suit it.
OF_PERIOD = ("period", "from", "to", "by")


@dataclass(frozen=True, slots=True)
class Choice:
    words: str
    url: str
    is_current: bool
    # What the words alone do not say.
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Controls:
    presets: list[Choice]
    # The dates of the form, and what it sends along unseen.
    first: str
    last: str
    kept: dict[str, str]
    is_custom: bool
    period: str
    compares: list[Choice]
    compare: str
    grains: list[Choice]
    # "Days, 214 left out".
    detail: str
    # Who is counted, and the address of the view that counts staff and bots or does not.
    who: str
    switch: Choice
    # The time of day that the figures are of, with the day unless that is today.
    clock: str
    problem: str


def controls_of(
    view: View,
    *,
    figures_to: datetime,
    left_out: int,
    extra: Mapping[str, str] | None = None,
    has_grains: bool = True,
) -> Controls:
    """Return the controls of a view; `extra` is what the page keeps in its address beside it.

    A page whose charts have buckets of their own offers no grains.
    """
    kept = dict(extra or {})
    return Controls(
        presets=_presets(view, kept),
        first=view.first.isoformat(),
        last=view.last.isoformat(),
        kept={n: v for n, v in view.parameters().items() if n not in OF_PERIOD} | kept,
        is_custom=view.preset == "custom",
        period=view.words,
        compares=[
            Choice(COMPARE_WORDS[one], view.query(compare=one, **kept), one == view.compare)
            for one in COMPARES
        ],
        compare=COMPARE_WORDS[view.compare],
        grains=[
            Choice(GRAIN_WORDS[one], view.query(by=one, **kept), one == view.grain)
            for one in (view.grains if has_grains else ())
        ],
        detail=_detail(view, left_out) if has_grains else _counted(view, left_out),
        who=_who(view, left_out),
        switch=Choice(
            "Leave them out" if view.everyone else "Include them",
            view.query(everyone="" if view.everyone else "1", **kept),
            view.everyone,
        ),
        clock=when(figures_to, view.today),
        problem=view.problem,
    )


def _presets(view: View, kept: Mapping[str, str]) -> list[Choice]:
    return [
        Choice(
            words=NAMES.get(preset, preset),
            url=view.query(period=preset, **kept),
            is_current=preset == view.preset,
            spoken="" if preset in NAMES else "days",
        )
        for preset in (*PRESETS, "month")
    ]


def _detail(view: View, left_out: int) -> str:
    words = GRAIN_WORDS[view.grain]
    if view.everyone:
        return f"{words}, everyone"
    return f"{words}, {number(left_out)} left out" if left_out else words


def _counted(view: View, left_out: int) -> str:
    if view.everyone:
        return "Everyone"
    return f"{number(left_out)} left out" if left_out else "Nobody left out"


def _who(view: View, left_out: int) -> str:
    if not left_out:
        return "No searches are left out."
    made = f"{number(left_out)} by staff and bots or for hidden terms"
    return f"{made} are included." if view.everyone else f"{made} are left out."
