"""What django-post_office needs, with its defaults, in a process of its own."""

from config.settings import DATABASES as DATABASES
from config.settings import DEFAULT_AUTO_FIELD as DEFAULT_AUTO_FIELD
from config.settings import EMAIL_HOST as EMAIL_HOST
from config.settings import EMAIL_PORT as EMAIL_PORT

SECRET_KEY = "nothing is signed with it"  # noqa: S105
USE_TZ = True
TIME_ZONE = "UTC"
EMAIL_BACKEND = "post_office.EmailBackend"
INSTALLED_APPS = ["django.contrib.contenttypes", "post_office"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
