"""What is known of the client that sent a request; its address is never stored."""

import hashlib
import ipaddress
import re
import secrets

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from movies.models import ActorSalt

_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|scan|headless|curl|wget|python|"
    r"httpclient|okhttp|go-http|java/|libwww|lighthouse",
    re.IGNORECASE,
)


def address(request: HttpRequest) -> str:
    """Return the client's address; X-Forwarded-For is believed of TRUSTED_PROXIES alone."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    while _is_trusted(nearest) and hops and _is_address(hops[-1]):
        nearest = hops.pop()
    return nearest


def actor(request: HttpRequest) -> str:
    """Return a hash that recognises this client during one site day, and never after.

    Its salt is random for each day and destroyed after two.
    """
    today, _ = ActorSalt.objects.get_or_create(
        day=timezone.localdate(), defaults={"salt": secrets.token_bytes(32)}
    )
    agent = request.headers.get("User-Agent", "")
    identity = f"{address(request)}\n{agent}".encode(errors="replace")
    return hashlib.blake2b(identity, key=bytes(today.salt), digest_size=16).hexdigest()


def is_bot(request: HttpRequest) -> bool:
    """Return whether the user agent calls itself a machine, or says nothing."""
    agent = request.headers.get("User-Agent", "")
    return not agent or bool(_BOT.search(agent))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(text: str) -> bool:
    return _is_address(text) and any(
        ipaddress.ip_address(text) in ipaddress.ip_network(proxy, strict=False)
        for proxy in settings.TRUSTED_PROXIES
    )
