"""The product's own settings, and beside its admin a plain Unfold one to compare the page with."""

from config.settings import *  # noqa: F403 - all of it is what is measured
from config.settings import TEMPLATES

ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
# An engine that does not see the product's own templates.
TEMPLATES = [*TEMPLATES, {**TEMPLATES[0], "NAME": "plain", "DIRS": []}]
PLAIN_UNFOLD: dict[str, object] = {}
