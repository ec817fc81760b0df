"""Keep secrets out of what is kept and shown of errors.

Our own code never puts one into an error; what other packages say of a failure is not ours.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from notifications.refusals import without_password

HIDDEN = "[hidden]"
# A value shorter than this would be found by chance in words that are none of it.
SHORTEST = 5

# All repetitions are bounded or of one class of characters: no text takes long.
_NAMED = re.compile(
    r"((?:api[_-]?key|token|passw(?:or)?d|secret|authorization)\w{0,20}[\"']?\s{0,3}[=:]\s{0,3})"
    r"(?:(?:bearer|basic|token)\s{1,3})?(?:\"[^\"]*\"|'[^']*'|[^\s&,;\"')}\]]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer|basic)\s{1,3}[\w.~+/=-]{8,}", re.IGNORECASE)
_CREDENTIALS = re.compile(r"://[^/\s@\"']{1,300}@")


def mask(text: str) -> str:
    """Return `text` without secrets, those of the settings and whatever is named like one."""
    text = without_password(text)
    for secret in _known():
        text = text.replace(secret, HIDDEN)
    text = _CREDENTIALS.sub(f"://{HIDDEN}@", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    return _NAMED.sub(rf"\1{HIDDEN}", text)


def _known() -> Iterator[str]:
    """Yield the secrets that this site has, and those within its addresses."""
    found = [
        settings.OMDB_API_KEY,
        settings.SECRET_KEY,
        settings.METRICS_TOKEN,
        settings.DATABASES["default"].get("PASSWORD"),
        urlsplit(settings.REDIS_URL).password,
    ]
    return (secret for secret in found if secret and len(secret) >= SHORTEST)
