"""The checks and their figures in Prometheus' text.

Built anew for each request: the web server's processes share nothing that could be counted in.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.db import Error
from django.db.models import Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dashboard.models import DayTotals
from dashboard.system.bounds import brief_statements
from dashboard.system.lines import Figure, Report, State
from dashboard.system.looking import DATABASE
from movies.models import Outcome
from notifications.models import Notification
from notifications.states import NEEDS_REVIEW, OPEN

# Nobody counts further.
MOST = 10_000


class Collected(Collector):
    """What is exposed, as it was when it was asked for."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.metrics = list(metrics)

    def collect(self) -> list[Metric]:
        return self.metrics


def exposition(report: Report) -> bytes:
    """Return the text; while the database is away it holds what is known without it."""
    registry = CollectorRegistry()
    registry.register(Collected([*_checks(report), *_figures(report), *_rows(report)]))
    return generate_latest(registry)


def _checks(report: Report) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "marquee_check_state", "1 for the state that a check is in", labels=["check", "state"]
    )
    since = GaugeMetricFamily(
        "marquee_check_since_timestamp_seconds",
        "Since when a check is in its state",
        labels=["check"],
    )
    for line in report.lines:
        for state in State:
            states.add_metric([line.key, state], line.state == state)
        since.add_metric([line.key], (line.since or report.at).timestamp())
    yield states
    yield since


def _figures(report: Report) -> Iterator[Metric]:
    families: dict[str, list[Figure]] = {}
    for line in report.lines:
        for figure in line.figures:
            families.setdefault(figure.name, []).append(figure)
    for name, figures in families.items():
        labels = [label for label, _ in figures[0].labels]
        family = GaugeMetricFamily(name, figures[0].means, labels=labels)
        for figure in figures:
            family.add_metric([value for _, value in figure.labels], figure.value)
        yield family


def _rows(report: Report) -> list[Metric]:
    """Return what no check counts."""
    if report.is_broken(DATABASE):
        return []
    # It may have gone since the report.
    with suppress(Error), brief_statements():
        return [_searches(), _mails()]
    return []


def _searches() -> Metric:
    sums = DayTotals.objects.aggregate(
        **{f"sum_{outcome}": Sum(outcome, default=0) for outcome in Outcome.values}
    )
    family = CounterMetricFamily(
        "marquee_searches",
        "Searches that are in the figures, by how they ended",
        labels=["outcome"],
    )
    for outcome in Outcome.values:
        family.add_metric([outcome], sums[f"sum_{outcome}"])
    return family


def _mails() -> Metric:
    family = GaugeMetricFamily(
        "marquee_notifications",
        f"Notifications that are not over, or that nobody has reviewed, up to {MOST}",
        labels=["state"],
    )
    for state in (*OPEN, *NEEDS_REVIEW):
        rows = Notification.objects.filter(state=state)
        if state in NEEDS_REVIEW:
            rows = rows.needs_review()
        family.add_metric([state], rows.order_by()[:MOST].count())
    return family
