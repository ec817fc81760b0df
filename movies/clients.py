"""What is known of the client that sent a request; of a search its address is never stored."""

import hashlib
import re
import secrets
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from movies.models import ActorSalt

type Address = IPv4Address | IPv6Address

_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|scan|headless|curl|wget|python|"
    r"httpclient|okhttp|go-http|java/|libwww|lighthouse",
    re.IGNORECASE,
)


def address(request: HttpRequest) -> str:
    """Return the client's address; X-Forwarded-For is believed of TRUSTED_PROXIES alone."""
    nearest = _parse(str(request.META.get("REMOTE_ADDR", "")))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while _is_trusted(nearest) and hops and (further := _parse(hops.pop())):
        nearest = further
    return str(nearest or "")


def actor(request: HttpRequest) -> str:
    """Return a hash that recognises this client during one site day, and never after.

    Its salt is random for each day and destroyed after two.
    """
    today, _ = ActorSalt.objects.get_or_create(
        day=timezone.localdate(), defaults={"salt": secrets.token_bytes(32)}
    )
    # The address alone: a client chooses its user agent, and could be a new one each time.
    identity = _household(address(request)).encode()
    return hashlib.blake2b(identity, key=bytes(today.salt), digest_size=16).hexdigest()


def network(request: HttpRequest) -> str:
    """Return the address that stands for the client: of IPv6 the first of its /64 network.

    `0.0.0.0` stands for all whose address is not known.
    """
    return _household(address(request)).partition("/")[0] or "0.0.0.0"  # noqa: S104 - no socket


def is_bot(request: HttpRequest) -> bool:
    """Return whether the user agent calls itself a machine, or says nothing."""
    agent = request.headers.get("User-Agent", "")
    return not agent or bool(_BOT.search(agent))


def _household(text: str) -> str:
    """Return the network that one client of IPv6 has to itself; an IPv4 address as it is."""
    found = _parse(text)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else text


def _parse(hop: str) -> Address | None:
    """Return the address of a hop, whose port some proxies add; None for what is none."""
    bare = re.sub(r"^\[(.*)\](?::\d+)?$|^([^:]*):\d+$", r"\1\2", hop.strip())
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    # A server that listens on IPv6 writes IPv4 clients so; they share no network.
    return getattr(found, "ipv4_mapped", None) or found


def _is_trusted(hop: Address | None) -> bool:
    return hop is not None and any(hop in proxy for proxy in settings.TRUSTED_PROXIES)
