"""Every page that links lead to, found as a person would: from page to page."""

import html
import re
from urllib.parse import parse_qs, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

# What the sidebar lacks: the visitor's page, and an address that leads nowhere.
BEGIN = ("/admin/", "/", "/admin/nowhere/")
LINK = re.compile(r'href="([^"#]+)')


def pages(client: Client) -> list[str]:
    """Return an address of each page, and of each of its tabs and charts, nearest first."""
    found: dict[tuple[str, ...], str] = {}
    seen, due = set(), list(BEGIN)
    while due:
        address = due.pop(0)
        kind = kind_of(address)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        words = _page(client, address)
        # A part of a page, as a dialog is, has no head of its own.
        if "<html" in words:
            found[kind] = address
        due += [urljoin(address, html.unescape(link)) for link in LINK.findall(words)]
    return list(found.values())


def kind_of(address: str) -> tuple[str, ...] | None:
    """Return what a page shares with those that differ in their row alone; None: not ours."""
    parts = urlsplit(address)
    if parts.netloc or parts.path.startswith("/static/"):
        return None
    query = parse_qs(parts.query)
    tabs = (query.get(name, [""])[0] for name in ("tab", "chart"))
    try:
        return (resolve(parts.path).view_name, *tabs)
    except Resolver404:
        return None


def _page(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    is_page = not response.streaming and "html" in response.get("Content-Type", "")
    return response.content.decode() if is_page else ""
