"""Visitors and staff, each a thread that opens one page after another and notes how it went."""

import random
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

FAILED_TO_ANSWER = 0
LONGEST_ANSWER = 60.0
# A page that shows progress asks again, as its script does, but nobody stares at it for ever.
LOOKS = 5
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """One page: when it was asked for (time.monotonic()), its status, and how long it took."""

    kind: str
    at: float
    seconds: float
    status: int
    words: str = ""


class Person(threading.Thread):
    """Opens a page about every `pace` seconds until told that it is over.

    `answers` are all that was answered; `acknowledged` are the ids of what the product has
    promised to do.
    """

    kind = ""

    def __init__(self, base: str, pace: float, over: threading.Event, number: int) -> None:
        super().__init__(daemon=True)
        self.base, self.pace, self.over = base, pace, over
        self.random = random.Random(f"{self.kind} {number}")
        self.session = requests.Session()
        # A proxy says who it is: each has an address, and a throttle, of their own.
        self.session.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        self.session.headers["User-Agent"] = "Mozilla/5.0 (load)"
        self.answers: list[Answer] = []
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while not self.over.wait(self.pace * self.random.uniform(0.5, 1.5)):
            self.open_page()

    def open_page(self) -> None:
        raise NotImplementedError

    def ask(self, path: str, data: dict[str, str] | None = None) -> requests.Response | None:
        """Return what a page is answered with, redirects followed; None if nobody answered."""
        at = time.monotonic()
        method = "GET" if data is None else "POST"
        address = urljoin(self.base, path)
        headers = {"Referer": self.base}
        if data is not None:
            data = data | {"csrfmiddlewaretoken": self.session.cookies.get("csrftoken", "")}
        try:
            answer = self.session.request(
                method, address, data=data, headers=headers, timeout=LONGEST_ANSWER
            )
        except requests.RequestException as error:
            self._note(at, FAILED_TO_ANSWER, f"{method} {path}: {type(error).__name__}")
            return None
        self._note(at, answer.status_code, f"{method} {path}: {answer.status_code}")
        return answer

    def _note(self, at: float, status: int, words: str) -> None:
        taken = time.monotonic() - at
        self.answers.append(Answer(self.kind, at, taken, status, words))


class Visitor(Person):
    """Searches for what others have searched for, now and then for something new."""

    kind = "visitor"

    def __init__(self, *about: object, terms: list[str]) -> None:
        super().__init__(*about)
        self.terms = terms

    def open_page(self) -> None:
        if not self.session.cookies or self.random.random() < 0.2:
            self.ask("/")
            return
        term = self.random.choice(self.terms)
        if self.random.random() < 0.15:
            term = f"{term} {self.random.randrange(10**6)}"
        answer = self.ask("/searches/", {"term": term})
        found = re.search(r"/searches/([0-9a-f-]{36})/", answer.url) if answer else None
        if found:
            self.acknowledged.append(found[1])
            self._look_at(found[0])

    def _look_at(self, path: str) -> None:
        for _ in range(LOOKS):
            answer = self.ask(f"{path}progress/")
            if answer is None or ' live"' not in answer.text:
                return
            self.over.wait(1)


class Colleague(Person):
    """Opens the pages of the dashboard in turns, and re-fills a film now and then."""

    kind = "staff"

    def __init__(self, *about: object, pages: Iterable[str], films: list[int]) -> None:
        super().__init__(*about)
        self.pages, self.films = list(pages), films

    def sign_in(self, username: str, password: str) -> None:
        self.ask("/admin/login/")
        self.ask("/admin/login/", {"username": username, "password": password})
        assert "sessionid" in self.session.cookies, "nobody could sign in"
        self.answers.clear()

    def open_page(self) -> None:
        if self.random.random() < 0.1:
            self._refill()
        else:
            self.ask(self.random.choice(self.pages))

    def _refill(self) -> None:
        """Press the button of a film, and confirm; it counts as promised when the page says so."""
        question = self.ask(f"/admin/movies/movie/{self.random.choice(self.films)}/refill/")
        fields = dict(HIDDEN.findall(question.text)) if question else {}
        if "token" not in fields:
            return
        answer = self.ask("/admin/movies/movie/refill/", fields)
        if answer and " started: " in answer.text:
            self.acknowledged.append(fields["token"])
