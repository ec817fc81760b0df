"""How sure a change in the volume of searches is; imports scipy, as ranking does."""

import math
from datetime import date

from django.db.models import Sum

from dashboard.days import days_between
from dashboard.models import DayTotals, Snapshot
from dashboard.ranks.bases import has_base
from dashboard.ranks.statistics import daily_volume_change
from dashboard.rollup.counting import sides

type Interval = dict[str, float | None]


def volume_change(snapshot: Snapshot, *, whole_to: date) -> Interval:
    """Return the 95 % interval of searches a day now through before, as a snapshot's fields.

    Of complete days alone. None where nothing bounds it: without a compared period, with too few
    days, or when the compared period began before the site's first search.
    """
    if snapshot.before is None or not has_base(snapshot.before, everyone=snapshot.everyone):
        return {"volume_low": None, "volume_high": None}
    totals = DayTotals.objects.filter(left_out__in=sides(snapshot.everyone))
    now = days_between(snapshot.first, min(snapshot.last, whole_to))
    shift = snapshot.first - snapshot.before
    before = [day - shift for day in now]
    in_both = totals.filter(day__in=[*now, *before]).order_by()
    searches = dict(in_both.values_list("day").annotate(Sum("searches")))
    low, high = daily_volume_change(
        [searches.get(day, 0) for day in now], [searches.get(day, 0) for day in before]
    )
    return {"volume_low": low, "volume_high": high if math.isfinite(high) else None}
