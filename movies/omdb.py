"""The OMDb API over HTTP: one client, typed records, one family of errors."""

import logging
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote_plus

import requests
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.exceptions import TimeoutError as SocketTimeout

from movies import omdb_records
from movies.omdb_errors import (
    AnswerTooLarge,
    BrokenJson,
    FilmNotFound,
    IncorrectId,
    MissingKey,
    OmdbError,
    Redirected,
    ServerFailed,
    TimedOut,
    Unreachable,
    UnusableAnswer,
    refusal,
)
from movies.omdb_records import Answer, FilmDetail, FilmSummary

logger = logging.getLogger(__name__)

ATTEMPTS = 3
LAST_PAGE = 100
LARGEST_BODY = 2_000_000
PIECE = 65_536
# Anything shorter is a placeholder such as "demo", and would be struck out of ordinary words.
SHORTEST_KEY = 6
TIMEOUT = (3.05, 10.0)

# Everywhere that urllib3 writes the address of a request, query string included.
_TELLTALES = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")
# The key comes first in the query, so that what visitors look for goes with it.
_QUERY = re.compile(r"apikey=[^\s\"']*", re.IGNORECASE)


def no_budget() -> None:
    """Let every call through."""


class _WithoutQuery(logging.Filter):
    """Keep the key out of urllib3's own log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _QUERY.search(message):
            record.msg, record.args = _QUERY.sub("[query]", message), ()
            # A traceback beside such a line may quote what the line itself no longer says.
            record.exc_info = record.exc_text = None
        return True


_without_query = _WithoutQuery()


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return None: the key would travel on to another host."""
        return None


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes


class OmdbClient:
    """Ask OMDb over kept connections, within bounds of time, size and patience."""

    def __init__(
        self,
        *,
        api_key: str,
        url: str,
        adapter: requests.adapters.BaseAdapter | None = None,
        backoff_seconds: float = 0.5,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._api_key = omdb_records.storable(api_key).strip()
        self._url = url
        self._backoff_seconds = backoff_seconds
        self._timeout = timeout
        self._session = _Session()
        # Only the session holds the key, so that no frame of ours shows it as a local variable.
        self._session.params = {"apikey": self._api_key}
        if adapter is not None:
            self._session.mount("https://", adapter)
            self._session.mount("http://", adapter)
        for name in _TELLTALES:
            logging.getLogger(name).addFilter(_without_query)

    def close(self) -> None:
        self._session.close()

    def search(
        self, term: str, kind: str = "movie", before_call: Callable[[], None] = no_budget
    ) -> Iterator[FilmSummary]:
        """Yield what OMDb knows by this title, each film once, page after page.

        Nothing found is an empty result. Raise OmdbError when OMDb cannot say; the pages before
        have been yielded by then. Whatever `before_call` raises passes through.
        """
        logger.info("Performing a search for '%s'", self._printable(term))
        seen: set[str] = set()
        total = None
        for page in range(1, LAST_PAGE + 1):
            answer = self._page(term, kind, page, before_call)
            total = omdb_records.parse_total(answer) or total
            rows = omdb_records.parse_rows(answer)
            fresh = {imdb_id: row for imdb_id, row in rows.items() if imdb_id not in seen}
            yield from omdb_records.parse_page(
                fresh, first_rank=len(seen) + 1, page=page, total=total
            )
            seen.update(fresh)
            if not fresh or 0 < omdb_records.page_count(total) <= page:
                return

    def _page(self, term: str, kind: str, page: int, before_call: Callable[[], None]) -> Answer:
        logger.info("Fetching page %d", page)
        params = {"s": omdb_records.storable(term), "type": kind, "page": str(page)}
        try:
            return self._answer(params, before_call)
        except FilmNotFound:
            # Also what OMDb says of a page past the end.
            return {"Search": []}

    def by_imdb_id(self, imdb_id: str, before_call: Callable[[], None] = no_budget) -> FilmDetail:
        """Return one title; raise FilmNotFound, DataUnavailable or another OmdbError.

        An id that cannot be one raises IncorrectId and costs no call.
        """
        if not omdb_records.is_imdb_id(imdb_id):
            raise IncorrectId
        logger.info("Fetching detail for IMDB ID %s", imdb_id)
        return omdb_records.parse_detail(self._answer({"i": imdb_id}, before_call))

    def _answer(self, params: dict[str, str], before_call: Callable[[], None]) -> Answer:
        if not self._api_key:
            raise MissingKey
        attempt = 1
        while True:
            before_call()
            try:
                return self._attempt(params)
            except OmdbError as error:
                if attempt == ATTEMPTS or not error.worth_repeating:
                    raise
                logger.warning("Attempt %d of %d failed: %s", attempt, ATTEMPTS, error)
            # Full jitter, so that workers that failed together do not return together.
            longest = self._backoff_seconds * 2 ** (attempt - 1)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - jitter is no secret
            attempt += 1

    def _attempt(self, params: dict[str, str]) -> Answer:
        reply = self._fetch(params)
        answer = None
        try:
            answer = omdb_records.parse_body(reply.body)
        except UnusableAnswer:
            if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
        # Errors are raised outside of except blocks here: an exception in their context would
        # carry the address, and so the key, into every traceback.
        if answer is None:
            raise ServerFailed(f"OMDb failed with status {reply.status}.")
        reason = omdb_records.refusal_reason(answer)
        if reason is not None:
            raise refusal(self._without_key(reason))
        return answer

    def _fetch(self, params: dict[str, str]) -> _Reply:
        failure: OmdbError
        try:
            with self._session.get(
                self._url, params=params, timeout=self._timeout, stream=True
            ) as response:
                return _Reply(response.status_code, self._body(response))
        except OmdbError:
            raise
        except (requests.Timeout, SocketTimeout):
            failure = TimedOut()
        except DecodeError:
            failure = BrokenJson()
        except (OSError, HTTPError):
            # Every exception of requests is an OSError; so is a CA bundle that is not there.
            failure = Unreachable()
        raise failure

    def _body(self, response: requests.Response) -> bytes:
        """Return the body; raise Redirected, AnswerTooLarge, or TimedOut for one that drips."""
        if response.is_redirect:
            raise Redirected
        deadline = time.monotonic() + self._timeout[1]
        body = bytearray()
        # read1 hands over what has arrived, where read would wait for a whole piece.
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST_BODY:
                raise AnswerTooLarge
            if time.monotonic() > deadline:
                raise TimedOut
        return bytes(body)

    def _printable(self, text: str) -> str:
        """Return the text without the key, and unable to forge a second line in a log."""
        return "".join(
            letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
            for letter in self._without_key(text)
        )

    def _without_key(self, text: str) -> str:
        if len(self._api_key) < SHORTEST_KEY:
            return text
        return text.replace(self._api_key, "[key]").replace(quote_plus(self._api_key), "[key]")
