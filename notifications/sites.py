"""Which site this is, and the addresses of its pages in a mail."""

from django.conf import settings
from django.urls import reverse


def name() -> str:
    """Return the host that people reach this site by: the first of ALLOWED_HOSTS."""
    host: str = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
    return host.lstrip("*.") or "localhost"


def address(url_name: str, *arguments: object) -> str:
    """Return the absolute address of a page."""
    return absolute(reverse(url_name, args=arguments))


def absolute(path: str) -> str:
    """Return the absolute address of what a page of the site leads to by `path`."""
    where = name() if settings.PRODUCTION else f"{name()}:{settings.WEB_PORT}"
    scheme = "https" if settings.PRODUCTION else "http"
    return f"{scheme}://{where}{path}"
