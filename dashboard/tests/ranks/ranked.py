"""A site as ranking finds it, and what it makes of it."""

from dashboard.days import ONE_DAY, ONE_HOUR, start_of
from dashboard.models import DayTotals, Snapshot
from dashboard.ranks import ranking
from dashboard.ranks.boards import Entry
from dashboard.tests.term_days import TODAY, ago, period
from movies.models import SearchTerm


def ranked(view=None, whole_to=TODAY):
    """Rank a site that is old enough; days after `whole_to` are not over."""
    DayTotals.objects.get_or_create(day=ago(1000), left_out=False, searches=1)
    return ranked_as_it_is(view, whole_to)


def ranked_as_it_is(view=None, whole_to=TODAY):
    view = view or period()
    snapshot = Snapshot(
        first=view.first, last=view.last, before=view.before, everyone=view.everyone
    )
    return ranking.rank(snapshot, start_of(whole_to + ONE_DAY) + 10 * ONE_HOUR)


def rows(found, table):
    return [Entry(*row) for row in found.tables[table].rows]


def states(found):
    names = dict(SearchTerm.objects.values_list("pk", "term"))
    return {
        names[row.term_id]: row.state for table in ("top", "gone") for row in rows(found, table)
    }
