"""How numbers and times are written, everywhere in the product."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

# Nothing to count from, or nothing there.
NONE = "—"
# The same in a list, whose rows leave it out on phones.
NOTHING = SafeString(f'<span class="nothing">{NONE}</span>')
_MINUS = "\N{MINUS SIGN}"
_NBSP = "\N{NO-BREAK SPACE}"


def number(count: float | None) -> str:
    """Return `1,234`, with a true minus; a dash for nothing."""
    return NONE if count is None else f"{count:,}".replace("-", _MINUS)


def counted(count: int, one: str, many: str = "") -> str:
    """Return `1 film` or `1,234 films`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def with_unit(count: int, one: str, many: str = "") -> SafeString:
    """Return a number for a column; its unit is shown on phones, where a row is two lines."""
    digits, unit = counted(count, one, many).split(" ", 1)
    return format_html('{}<span class="unit"> {}</span>', digits, unit)


def rate(part: float, whole: float) -> str:
    """Return `12.3 %`, `<0.1 %` rather than a false zero, `100 %` only if it is all.

    A dash when there is nothing to have a share of.
    """
    if not whole:
        return NONE
    if part <= 0:
        return f"0{_NBSP}%"
    if part >= whole:
        return f"100{_NBSP}%"
    percent = 100 * part / whole
    if percent < 0.1:
        return f"<0.1{_NBSP}%"
    return f"{min(percent, 99.9):.1f}{_NBSP}%"


def duration(seconds: float | None) -> str:
    """Return `340 ms`, `4.2 s`, `3 min 10 s` or `2 h 5 min`; a clock set back counts as 0."""
    if seconds is None:
        return NONE
    seconds = max(0.0, seconds)
    if round(seconds * 1000) < 1000:
        return f"{round(seconds * 1000)} ms"
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{number(hours)} h {minutes} min" if minutes else f"{number(hours)} h"


def moment(at: datetime | None) -> SafeString:
    """Return `22 Nov, 08:14`, with the year unless it is this one; the exact time on hover."""
    if at is None:
        return SafeString(NONE)
    local = timezone.localtime(at)
    this_year = local.year == timezone.localtime().year
    return _time(local, date_format(local, "j M, H:i" if this_year else "j M Y, H:i"))


def second(at: datetime) -> SafeString:
    """Return `22 Nov, 08:03:10`, for what follows one another within a minute."""
    local = timezone.localtime(at)
    this_year = local.year == timezone.localtime().year
    return _time(local, date_format(local, "j M, H:i:s" if this_year else "j M Y, H:i:s"))


def clock(at: datetime) -> SafeString:
    """Return `08:14` for a time of today or of the next 24 hours, else what `moment` says."""
    local = timezone.localtime(at)
    soon = timezone.now() <= at < timezone.now() + timedelta(days=1)
    if soon or local.date() == timezone.localdate():
        return _time(local, date_format(local, "H:i"))
    return moment(at)


def in_zone(at: datetime) -> str:
    """Return `22 Nov 2026, 08:14 (Europe/Berlin)`, for words that are kept as they are."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{date_format(local, 'j M Y, H:i')} ({timezone.get_default_timezone_name()})"


def day(at: datetime) -> SafeString:
    """Return `3 Mar 2024`."""
    local = timezone.localtime(at)
    return _time(local, date_format(local, "j M Y"))


def ago(at: datetime | None) -> SafeString:
    """Return `12 min ago`, for status lines; a moment when it is more than two days."""
    if at is None:
        return SafeString("never")
    seconds = max(0, round((timezone.now() - at).total_seconds()))
    local = timezone.localtime(at)
    if seconds < 60:
        return _time(local, "just now")
    if seconds < 60 * 60:
        return _time(local, f"{seconds // 60} min ago")
    if seconds < 48 * 60 * 60:
        return _time(local, f"{seconds // 3600} h ago")
    return moment(at)


def _time(local: datetime, words: str) -> SafeString:
    exact = local.isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, exact, words)
