"""Let the read models follow when the site's TIME_ZONE is changed.

Which search belongs to which day then changes. Covered days are rebuilt from their searches;
frozen days stay as they are, and the border between both must lose and repeat nothing.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dashboard.days import ONE_DAY, site_date, start_of
from dashboard.models import ActorDay, DayTotals, HourTotals, TermDay
from dashboard.rollup.counting import events
from dashboard.rollup.covered import OtherTimeZone
from dashboard.rollup.folding import add_sums, lock_roll_up, sums_of
from movies.models import Search


@transaction.atomic
def adopt_time_zone(*, is_asked: bool = False) -> bool:
    """Make the site's time zone that of the figures; return whether it was another one.

    Until the rebuild that this asks for, the days show both zones' searches. Machines that
    disagree would each take it for theirs, again and again, and each time freeze up to a day that
    could have been computed again: unless an engineer asked, raises OtherTimeZone within a day.
    """
    roll_up = lock_roll_up()
    if roll_up.time_zone == settings.TIME_ZONE:
        return False
    now = timezone.now()
    if not is_asked and roll_up.zone_changed_at and now - roll_up.zone_changed_at < ONE_DAY:
        raise OtherTimeZone(roll_up)
    if roll_up.raw_from:
        roll_up.raw_from = _freeze_border(roll_up.time_zone, roll_up.raw_from)
    roll_up.time_zone, roll_up.zone_changed_at = settings.TIME_ZONE, now
    roll_up.needs_rebuild, roll_up.rebuilt_to = True, None
    roll_up.revision += 1
    roll_up.save()
    return True


def _freeze_border(old_zone: str, raw_from: datetime) -> datetime:
    """Move what is at the border into frozen days; return where these end in the new zone.

    Frozen figures stay under the dates they have. The searches that are left of the day in
    which these end now, and of those that bear their dates, are added to them.
    """
    covered, begins = _first_covered(old_zone, raw_from)
    frozen = covered - ONE_DAY
    border = site_date(begins)
    last = max(frozen, border if start_of(border) < begins else border - ONE_DAY)
    ends = start_of(last + ONE_DAY)
    for model in (TermDay, ActorDay, DayTotals):
        model._default_manager.filter(day__gt=frozen, day__lte=last).delete()
    HourTotals.objects.filter(hour__gte=begins, hour__lt=ends).delete()
    left = Search.objects.filter(counted=True, created_at__gte=begins, created_at__lt=ends)
    add_sums(sums_of(events(left)))
    return ends


def _first_covered(zone_name: str, raw_from: datetime) -> tuple[date, datetime]:
    """Return the first day of a zone that begins at this moment or later, and when it does."""
    zone = ZoneInfo(zone_name)
    day = raw_from.astimezone(zone).date()
    if datetime.combine(day, time.min, tzinfo=zone) < raw_from:
        day += ONE_DAY
    return day, datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
