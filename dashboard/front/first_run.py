"""What a new site still needs before its first figures: the list that an empty dashboard shows."""

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from dashboard.system.dangers import sent_mail
from dashboard.system.lines import Line, Report, State
from movies.formats import counted
from movies.labels import label
from movies.models import Search

ROLES = {State.FINE: "good", State.UNKNOWN: "rest", State.BROKEN: "needs"}


def steps(report: Report | None) -> list[SafeString]:
    """Return each step with its state; without a report, which is not shared, the last alone."""
    found = [_first_search()]
    return [_key(report), _admins(), _mail(report), _worker(report), *found] if report else found


def _key(report: Report) -> SafeString:
    if settings.OMDB_DEMO:
        return label("rest", "OMDb key", "The demo catalogue answers until OMDB_API_KEY is set.")
    return _checked("OMDb key", report.line("key"), "Set, and not refused.")


def _admins() -> SafeString:
    if not settings.ADMINS:
        return label("rest", "Admins", "Nobody is told of anything until ADMINS is set.")
    told = counted(len(settings.ADMINS), "person is", "people are")
    return label("good", "Admins", f"{told} told by mail.")


def _mail(report: Report) -> SafeString:
    if sent_mail():
        return label("rest", "Mail", "Printed, not sent, until EMAIL_URL names a mail server.")
    return _checked("Mail", report.line("mail"), "A mail server is set, and refuses nothing.")


def _worker(report: Report) -> SafeString:
    return _checked("Workers", report.line("workers"), "They are heard of.")


def _checked(name: str, line: Line, fine: str) -> SafeString:
    if line.state == State.FINE:
        return label("good", name, fine)
    words = format_html("{}. You can: {}", capfirst(line.words), line.you_can)
    return label(ROLES[line.state], name, words)


def _first_search() -> SafeString:
    role = "good" if Search.objects.exists() else "rest"
    return label(role, "First search", "Figures about searches and terms begin with it.")
