"""Tell failures that are the same from others: by task, exception, place and message."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from dashboard.models.tasks import ERROR_LENGTH, NAME_LENGTH
from dashboard.results.masking import mask
from dashboard.results.tracebacks import own_place

# No message tells more by what comes after so much.
LONGEST = 10_000

# What differs from one to the next of the same kind. Bounded, or of one class of characters.
_QUOTED = re.compile(r"'[^'\n]{0,300}'|\"[^\"\n]{0,300}\"|“[^”\n]{0,300}”")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}")
_HEX = re.compile(r"\b(?=[a-f-]{0,36}[0-9])[0-9a-f]{4,}(?:-[0-9a-f]{4,})*\b", re.IGNORECASE)
# The code that a server begins its answer with says what it is about.
_CODE = re.compile(r"[45][0-9]{2}")
_NUMBER = re.compile(r"(?:\b0x)?[0-9][0-9a-f]*(?:[.,:][0-9]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is known of one failure; `exception` is empty where nothing was raised."""

    task: str
    exception: str
    frame: str
    # In its own words, without secrets.
    words: str

    @property
    def message(self) -> str:
        """Return the words without ids, numbers, addresses and quoted titles."""
        text = _QUOTED.sub("'…'", self.words[:LONGEST])
        text = _ADDRESS.sub("…@…", text)
        text = _NUMBER.sub(_number, _HEX.sub("#", text))
        return " ".join(text.split())[:ERROR_LENGTH]

    @property
    def fingerprint(self) -> str:
        facts = json.dumps([self.task, self.exception, self.frame, self.message])
        return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()

    @property
    def error(self) -> str:
        """Return the exception with its words, as far as a row holds them."""
        parts = [part for part in (self.exception, " ".join(self.words.split())) if part]
        return ": ".join(parts)[:ERROR_LENGTH]


def raised(task: str, result: str | None, traceback: str | None) -> Failure:
    """Return the failure that Celery stored: the exception as JSON, and its traceback."""
    stored = loaded(result)
    if not isinstance(stored, dict) or "exc_type" not in stored:
        stored = {"exc_type": "", "exc_message": "The reason was not kept."}
    words = stored.get("exc_message")
    text = " ".join(map(str, words)) if isinstance(words, list) else str(words or "")
    exception = mask(str(stored["exc_type"]))[:NAME_LENGTH]
    return Failure(task, exception, _cut(own_place(traceback or "")), mask(text))


def loaded(text: str | None) -> Any:
    """Return what JSON holds; None for what is none."""
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def _number(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 5) : match.start()]
    is_answer = before in ("", "HTTP ") or before.endswith("(")
    return match[0] if is_answer and _CODE.fullmatch(match[0]) else "#"


def _cut(place: str) -> str:
    return mask(place)[:NAME_LENGTH]
