"""What runs by itself: each leaves a mark when it has run, and too old a mark says silence."""

from datetime import datetime, timedelta

from dashboard.models import RollUp
from dashboard.system.lines import Figure, Line, broken, fine, unknown
from movies.formats import duration
from notifications import health

# What nobody has heard of for a minute is unknown; for two, silent.
KNOWN_FOR = timedelta(minutes=1)
SILENT_AFTER = timedelta(minutes=2)
# It runs every ten minutes.
RECONCILED_EVERY = timedelta(minutes=10)


def heard(
    now: datetime,
    last: datetime | None,
    *,
    every: timedelta = timedelta(0),
    silent: str = "silent",
    **facts: object,
) -> Line:
    """Return the line of what was last heard of at that moment; `facts` are those of a line.

    `every` is how long it rests if that is a minute or more, `silent` what it is after two.
    """
    if last is None:
        return unknown("not heard of", **facts)
    ago = now - last
    words = f"heard of {duration(ago.total_seconds())} ago"
    if ago <= KNOWN_FOR + every:
        return fine(words, **facts)
    if ago <= SILENT_AFTER + 2 * every:
        return unknown("not heard of", since=last, **facts)
    return broken(silent, since=last, **facts)


def relay(now: datetime) -> Line:
    return heard(
        now,
        health.last_relayed(),
        by_itself="notifications wait in their rows, and nothing is lost.",
        you_can="start beat and a worker, or run manage.py relay_notifications.",
    )


def reconciler(now: datetime) -> Line:
    last, relayed = health.last_beat(health.RECONCILER), health.last_beat(health.RELAY)
    if last is None and relayed and now - relayed <= KNOWN_FOR:
        # Of a site that was just set up: what starts the relay starts it too.
        return fine(f"runs for the first time within {duration(RECONCILED_EVERY.total_seconds())}")
    return heard(
        now,
        last,
        every=RECONCILED_EVERY,
        by_itself="it finds what nobody was told of once it runs, for two days back.",
        you_can="start beat and a worker that serves periodic.",
    )


def roll_up(now: datetime) -> Line:
    figures_to = RollUp.objects.values_list("figures_to", flat=True).first()
    measured: tuple[Figure, ...] = ()
    if figures_to:
        lag = max(0.0, (now - figures_to).total_seconds())
        measured = (
            Figure("marquee_rollup_lag_seconds", "How old the figures of searches are", lag),
        )
    return heard(
        now,
        figures_to,
        silent="behind",
        by_itself="figures stay as they are until it catches up, and no search is lost.",
        you_can="start beat and a worker that serves periodic, or run manage.py roll_up.",
        figures=measured,
    )
