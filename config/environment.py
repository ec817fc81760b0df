"""Reading the environment, a file .env and files of secrets; errors are one clear line."""

from collections.abc import Callable
from email.utils import getaddresses
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

# A secret may also be given as NAME_FILE, the path of a file that holds it.
env = environ.FileAwareEnv()
env.read_env(BASE_DIR / ".env")


def text(name: str, default: str = "") -> str:
    """Return the variable, or what its file holds, or the default if it is empty."""
    try:
        return env.str(name, default="").strip() or default
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE {error.filename}: {error.strerror}.") from None


def words(name: str) -> list[str]:
    """Return the parts of the variable between commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def people(name: str, default: str) -> list[tuple[str, str]]:
    """Return the names and mail addresses in the variable."""
    found = getaddresses([text(name, default)]) if text(name, default) else []
    if any("@" not in mail for _, mail in found):
        raise ImproperlyConfigured(f"{name} must be like: Ada <ada@example.com>, Ben <ben@b.com>")
    return found


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return the networks in the variable; a single address is one of its own."""
    try:
        return [ip_network(word, strict=False) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from None


def whole_number(name: str, default: int, *, least: int = 0) -> int:
    """Return the variable as a whole number of at least `least`, or the default if it is empty."""
    digits = text(name, str(default))
    if not digits.isdecimal():
        raise ImproperlyConfigured(f"{name} is {digits!r}; it must be a whole number.")
    if int(digits) < least:
        raise ImproperlyConfigured(f"{name} is {digits}; it must be at least {least}.")
    return int(digits)


def address(name: str, parse: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Return what the address in the variable says, nothing for an empty one."""
    value = text(name)
    try:
        return parse(value) if value else {}
    except (ValueError, KeyError):
        # Without the value, and without the error that quotes it: it may hold a password.
        message = f"{name} is no address: write special characters of a password as %XX."
    raise ImproperlyConfigured(message)
