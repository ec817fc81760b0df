"""What Wagtail's search-terms report needs, in a process of its own on the same database."""

from config.settings import DATABASES as DATABASES
from config.settings import DEFAULT_AUTO_FIELD as DEFAULT_AUTO_FIELD

SECRET_KEY = "nothing is signed with it"  # noqa: S105
USE_TZ = True
TIME_ZONE = "UTC"
WAGTAIL_SITE_NAME = "Bench"
WAGTAILADMIN_BASE_URL = "http://localhost"
STATIC_URL = "static/"
ROOT_URLCONF = "wagtail.admin.urls"
INSTALLED_APPS = [
    "wagtail.contrib.search_promotions",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
