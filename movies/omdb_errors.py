"""What can go wrong when OMDb is asked, in words a person understands."""

import re

LONGEST_MESSAGE = 200

_ADDRESS = re.compile(r"https?://\S*", re.IGNORECASE)


class OmdbError(Exception):
    """Say why OMDb gave no answer; `message` is fit to be shown and holds no address and no key."""

    default = "OMDb could not answer."
    # Only trouble that may be over a moment later is worth a second call of the day's budget.
    worth_repeating = False

    def __init__(self, message: str = "") -> None:
        self.message = message or self.default
        super().__init__(self.message)


class FilmNotFound(OmdbError):
    default = "OMDb knows no such film."


class TooManyResults(OmdbError):
    default = "Too many films match; OMDb wants a longer title."


class IncorrectId(OmdbError):
    default = "This is not an IMDb id: tt and at least seven digits."


class DataUnavailable(OmdbError):
    default = "OMDb has no data for this id."


class QueryRejected(OmdbError):
    """Carry OMDb's own words about a request that it could not work with."""

    default = "OMDb rejected the request without a reason."


class LimitReached(OmdbError):
    default = "OMDb's daily limit is reached."


class KeyRefused(OmdbError):
    """Stand for every refusal that only another key can cure."""

    default = "OMDb refused the API key."


class InvalidKey(KeyRefused):
    default = "OMDb does not accept the API key."


class MissingKey(KeyRefused):
    default = "No API key is set for OMDb."


class UnusableAnswer(OmdbError):
    """Stand for every answer that OMDb should not have sent."""

    default = "OMDb sent an answer that cannot be used."


class NotJson(UnusableAnswer):
    default = "OMDb sent a web page instead of data."
    worth_repeating = True


class EmptyBody(UnusableAnswer):
    default = "OMDb sent an empty answer."
    worth_repeating = True


class BrokenJson(UnusableAnswer):
    default = "OMDb sent data that cannot be read."
    worth_repeating = True


class UnexpectedShape(UnusableAnswer):
    default = "OMDb sent data of an unknown shape."


class MissingField(UnusableAnswer):
    default = "OMDb's answer lacks a field."


class AnswerTooLarge(UnusableAnswer):
    default = "OMDb sent an answer too large to be one."


class Redirected(UnusableAnswer):
    default = "OMDb pointed to another address, which is not followed."


class Unavailable(OmdbError):
    """Stand for OMDb being away or ill; nothing is wrong with the request."""

    default = "OMDb is not available."
    worth_repeating = True


class Unreachable(Unavailable):
    default = "OMDb could not be reached."


class TimedOut(Unavailable):
    default = "OMDb did not answer in time."


class ServerFailed(Unavailable):
    default = "OMDb failed."


_REFUSALS: dict[str, type[OmdbError]] = {
    "invalid api key": InvalidKey,
    "no api key provided": MissingKey,
    "request limit reached": LimitReached,
    "too many results": TooManyResults,
    "must provide more than one character": TooManyResults,
    "incorrect imdb id": IncorrectId,
    "error getting data": DataUnavailable,
}


def refusal(reason: str) -> OmdbError:
    """Return the error that stands for the text of OMDb's "Error" field."""
    known = reason.casefold().strip(" .!")
    if known.endswith("not found"):
        return FilmNotFound()
    if known in _REFUSALS:
        return _REFUSALS[known]()
    if not known:
        return QueryRejected()
    words = _ADDRESS.sub("[address]", reason)
    return QueryRejected(f"OMDb rejected the request: {words}"[:LONGEST_MESSAGE])
