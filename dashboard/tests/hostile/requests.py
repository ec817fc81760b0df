"""Requests as no browser would send them, to any address of the product."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_from_bytes, urlencode

from django.apps import apps
from django.contrib import admin
from django.http.response import HttpResponseBase
from django.test import Client
from hypothesis import strategies as st

from dashboard.tests.access_requests import address, posted
from dashboard.tests.access_table import addresses
from dashboard.tests.hostile.values import MARK, values

FORM = "application/x-www-form-urlencoded"
HEADERS = [
    *("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Accept-Language", "User-Agent"),
    *("Host", "Referer", "Cookie", "Authorization", "HX-Request", "HX-Target", "HX-Current-URL"),
    *("Accept", "Accept-Encoding", "Range", "If-None-Match", "If-Modified-Since", "Origin"),
]
# The admin's own; what else is asked for stands in the source.
OF_ADMIN = [
    *("q", "o", "p", "e", "all", "next", "action", "index", "_selected_action", "_popup"),
    *("_to_field", "_changelist_filters", "app_label", "model_name", "field_name", "_save"),
]
_ASKED = re.compile(
    r'\.get(?:list)?\(\s*"([a-z]\w*)"'
    r'|parameter_name(?: = \w+)* = "(\w+)"'
    r"|^    (\w+) = forms\.\w+\(",
    re.MULTILINE,
)


_FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*\bname="([\w-]+)"')


@cache
def parameters() -> list[str]:
    """Return the name of every parameter and field that the product reads."""
    found = set(OF_ADMIN)
    for app in ("dashboard", "movies", "notifications"):
        for path in sorted(Path(apps.get_app_config(app).path).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                found |= {name for match in _ASKED.findall(path.read_text()) for name in match}
    return sorted(found - {""})


@cache
def of_lists() -> dict[str, list[str]]:
    """Return what each list is narrowed and sorted by, by its address; it takes nothing else."""
    return {
        f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist": sorted(
            {"q", "o", "p", *page.narrowed_by}
            | {str(name) for one in page.list_filter for name in one.expected_parameters()}
        )
        for page in admin.site._registry.values()
    }


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `body` is of pairs that replace what a person would fill in, or bytes.

    Where a number stands for a name, it is that field of the page's own form. So many bytes as
    `padding` says follow.
    """

    name: str
    role: str
    method: str
    key: bytes | None = None
    query: list[tuple[str, bytes]] = field(default_factory=list)
    body: list[tuple[str | int, bytes]] | bytes = b""
    padding: int = 0
    content_type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)

    def path(self, site: dict) -> str:
        if self.key is None:
            return address(self.name, site)
        pattern = re.sub(r"\(\?P<\w+>.*?\)", "<key>", addresses()[self.name])
        quoted = quote_from_bytes(self.key, safe="")
        return "/" + re.sub(r"<.*?>", lambda _: quoted, pattern).strip("^$")

    def content(self, client: Client, site: dict) -> bytes:
        if isinstance(self.body, bytes):
            return self.body + b"z" * self.padding
        filled = dict(posted(self.name, site))
        page = client.get(self.path(site)).getvalue().decode() if self.body else ""
        fields = sorted(set(_FIELD.findall(page)) | set(filled))
        for name, value in self.body:
            filled[fields[name % len(fields)] if isinstance(name, int) else name] = value
        return urlencode(filled).encode() + b"z" * self.padding

    def send(self, client: Client, site: dict) -> HttpResponseBase:
        query = "&".join(f"{quote(name)}={quote_from_bytes(value)}" for name, value in self.query)
        body = self.content(client, site) if self.method == "POST" else b""
        return client.generic(
            self.method,
            self.path(site),
            body,
            content_type=self.content_type,
            headers=self.headers,
            QUERY_STRING=query,
        )


def requests(names: list[str]) -> st.SearchStrategy[Request]:
    """Return a strategy of requests to the addresses of these names."""
    return st.sampled_from(names).flatmap(_requests)


def _requests(name: str) -> st.SearchStrategy[Request]:
    known = st.sampled_from(of_lists().get(name) or parameters())
    asked = known if name in of_lists() else st.one_of(known, st.just(MARK))
    # Header values are what WSGI hands on: bytes as Latin-1, without line breaks.
    latin = values.map(lambda value: re.sub(rb"[\r\n\0]", b"", value).decode("latin-1"))
    fields = _pairs(st.one_of(st.integers(0, 20), st.sampled_from(parameters())), 4)
    return st.builds(
        Request,
        name=st.just(name),
        role=st.sampled_from(["superuser"] * 4 + ["anonymous"]),
        method=st.sampled_from(["GET"] * 5 + ["POST"] * 3 + ["HEAD", "PUT"]),
        key=st.one_of(st.none(), st.none(), st.none(), values),
        query=_pairs(asked, 2 if name in of_lists() else 10),
        body=st.one_of(fields, fields, fields, values),
        padding=st.sampled_from([0] * 9 + [2**20]),
        content_type=st.sampled_from(
            [FORM] * 6
            + [f"{FORM}; charset=utf-16", "application/json", ""]
            + ["multipart/form-data", f"multipart/form-data; boundary={MARK}"]
        ),
        headers=st.dictionaries(st.sampled_from(HEADERS), latin, max_size=2),
    )


def _pairs[Name](
    names: st.SearchStrategy[Name], most: int
) -> st.SearchStrategy[list[tuple[Name, bytes]]]:
    return st.lists(st.tuples(names, values), max_size=most)
