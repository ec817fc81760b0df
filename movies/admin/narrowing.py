"""What a link of ours narrows a list by, in words: there is no filter that could say it."""

from django.utils.dateparse import parse_datetime
from django.utils.html import format_html

from movies import formats
from movies.models import Origin, Outcome


def words_of(lookup: str, value: str) -> str:
    """Return the words of a lookup of ListAdmin.narrowed_by."""
    match lookup.rpartition("__")[0]:
        case "created_at" | "changed_at":
            return format_html("Since {}", formats.moment(parse_datetime(value)))
        case "origin":
            return f"Asked by: {_labels(value, dict(Origin.choices))}"
        case "outcome":
            return f"Outcome: {_labels(value, dict(Outcome.choices))}"
        case "is_bot":
            return "Only bots" if value == "1" else "Without bots"
        case "term__hidden":
            return "Only hidden terms" if value == "1" else "Without hidden terms"
        case "calls":
            return f"More OMDb calls than {value}"
        case "group":
            return "One error"
        case "source":
            return "One import"
    return formats.counted(len(value.split(",")), "chosen row")


def _labels(value: str, labels: dict[str, str]) -> str:
    return ", ".join(str(labels.get(part, part)) for part in value.split(","))
