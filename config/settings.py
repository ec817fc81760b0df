"""Settings of every environment, read from environment variables; see .env.example."""

from datetime import timedelta
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from config import databases, headers, logs, schedule
from config.environment import (
    BASE_DIR,
    address,
    env,
    networks,
    people,
    text,
    whole_number,
    words,
)
from config.unfold import UNFOLD as UNFOLD

ENVIRONMENT = text("ENVIRONMENT", "development")
if ENVIRONMENT not in {"development", "demo", "production"}:
    raise ImproperlyConfigured(
        f"ENVIRONMENT is {ENVIRONMENT!r}; it must be development, demo or production."
    )
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False

DEVELOPMENT_SECRET_KEY = "development-only-key-never-accepted-in-production"  # noqa: S105 - refused below
SECRET_KEY = text("SECRET_KEY", DEVELOPMENT_SECRET_KEY)
if PRODUCTION and SECRET_KEY == DEVELOPMENT_SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: production does not start with the default key.")

# A relative folder is one of the product's own, wherever a command is started.
VAR_DIR = BASE_DIR / text("VAR_DIR", "var")
try:
    # It holds the database, secrets and sockets: nobody else reads it.
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    (VAR_DIR / "static").mkdir(exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"VAR_DIR {VAR_DIR} cannot be made: {error.strerror}. Set VAR_DIR to a folder of your own."
    ) from None
WEB_PORT = whole_number("WEB_PORT", 8000)
if not 0 < WEB_PORT < 65536:
    raise ImproperlyConfigured(f"WEB_PORT is {WEB_PORT}; a port is 1 to 65535.")

DEVELOPMENT_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# The first is the site's own: it stands in mails, and what another site queued is not mailed.
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or DEVELOPMENT_HOSTS
if PRODUCTION and ALLOWED_HOSTS[0].lstrip("*.") in {"", *DEVELOPMENT_HOSTS}:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS: its first name stands in production's mails.")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
# Addresses or networks of the proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "dashboard",
    "notifications",
    "movies",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_celery_results",
    "axes",
]

MIDDLEWARE = [
    "config.logs.with_request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.permissions_policy",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dashboard.middleware.plain_refusals",
    "dashboard.middleware.session_in_use",
    "dashboard.middleware.password_change_required",
    # The last: it answers in place of a sign-in page whose client is locked out.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.banner.troubles",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------------------

# Not by an address: a folder's name may hold what an address may not.
DATABASES = {
    "default": databases.tuned(
        address("DATABASE_URL", env.db_url_config)
        or {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "marquee.sqlite3")}
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ---------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
] + [{"NAME": "dashboard.signing_in.passwords.AnotherPasswordValidator"}]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# Idle so long, one is signed out: a working day outlasts lunch, and not the night.
SESSION_COOKIE_AGE = 8 * 60 * 60
# However busy, one signs in again after a week: a stolen cookie is not good for ever.
SESSION_LONGEST = timedelta(days=7)

# A link for a new password works so long: mail is quick, and mailboxes are read by others later.
PASSWORD_RESET_TIMEOUT = 60 * 60

AUTHENTICATION_BACKENDS = [
    # Refuses who is locked out, before a password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = 5  # of one name from one address; the handler bounds those of all names
AXES_COOLOFF_TIME = timedelta(minutes=15)  # 20 guesses an hour, and nobody waits for long
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says until when, and that holds
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "dashboard.signing_in.locking.Handler"
AXES_CLIENT_IP_CALLABLE = "dashboard.signing_in.locking.address_of"
AXES_USERNAME_CALLABLE = "dashboard.signing_in.locking.name_of"
AXES_LOCKOUT_CALLABLE = "dashboard.signing_in.refusing.refuse"
# Never written down, as passwords never are.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_VERBOSE = False
# Pages of ours show lock-outs; who signed in when is not recorded beyond the user's own row.
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True

LANGUAGE_CODE = "en-gb"
TIME_ZONE = text("TIME_ZONE", "UTC")
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is {TIME_ZONE!r}; it must be like Europe/Berlin.")
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"

# --- Static files ---------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Without collectstatic outside production: a first start stays short.
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# --- OMDb -----------------------------------------------------------------------------

OMDB_URL = text("OMDB_URL", "https://www.omdbapi.com/")
OMDB_API_KEY = text("OMDB_API_KEY")
# Without a key the bundled catalogue answers; production never invents films.
OMDB_DEMO = not OMDB_API_KEY and not PRODUCTION
OMDB_DAILY_LIMIT = whole_number("OMDB_DAILY_LIMIT", 1000)
# Seconds for which an answered term is answered from the cache.
SEARCH_FRESH_FOR = whole_number("SEARCH_FRESH_FOR", 24 * 60 * 60)
# What one client may ask for; staff are not held to it.
SEARCHES_A_MINUTE = whole_number("SEARCHES_A_MINUTE", 30, least=1)
NEW_TERMS_AN_HOUR = whole_number("NEW_TERMS_AN_HOUR", 60, least=1)
POSTER_HOSTS = ["https://m.media-amazon.com", "https://ia.media-imdb.com"]

if ENVIRONMENT == "demo" and OMDB_API_KEY:
    raise ImproperlyConfigured(
        "A demo refuses a real OMDb key: its films are invented history. "
        "Unset OMDB_API_KEY or use ENVIRONMENT=development."
    )

# --- Mail -----------------------------------------------------------------------------

vars().update(address("EMAIL_URL", env.email_url_config) or env.email_url_config("consolemail://"))
EMAIL_TIMEOUT = 10  # Django's default is none at all: a silent server would hold a worker for ever
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "Marquee <marquee@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = people("ADMINS", "" if PRODUCTION else "Marquee admin <admin@localhost>")
METRICS_TOKEN = text("METRICS_TOKEN")

if PRODUCTION and not ADMINS:
    raise ImproperlyConfigured("Set ADMINS: production must have somebody to tell.")
if PRODUCTION and EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend")):  # type: ignore[name-defined]  # noqa: F821 - set by the update above
    raise ImproperlyConfigured("Set EMAIL_URL: production does not print its mail.")
if PRODUCTION and not OMDB_API_KEY:
    raise ImproperlyConfigured("Set OMDB_API_KEY: production has no demo catalogue.")

# --- Security -------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
# The container's health check, the proxy and Prometheus ask by plain HTTP inside the network.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = headers.CONTENT_SECURITY_POLICY

# --- Celery ---------------------------------------------------------------------------

REDIS_URL = text("REDIS_URL", f"unix://{VAR_DIR}/redis.sock")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Ticks before films: round robin would let a slow batch hold up the sweep and the relay.
    "queue_order_strategy": "priority",
    "visibility_timeout": 900,  # above the hard time limit, or a long task runs twice
    "unacked_restore_interval": 10,  # a killed worker's message is back in seconds,
    "unacked_restore_throttle": 1,  # not after 100
    "socket_connect_timeout": 2,
    "socket_timeout": 10,  # above the blocking read of 1 s, or idle workers disconnect
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True  # a worker waits for Redis,
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever
CELERY_TASK_ACKS_LATE = True  # a killed worker's task is delivered again
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # with late acks, only running tasks are reserved
CELERY_TASK_RETRY_ON_WORKER_LOST = True  # bounded; reject_on_worker_lost loops for ever
CELERY_WORKER_DEDUPLICATE_SUCCESSFUL_TASKS = True  # a redelivered, finished task is dropped
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600  # below visibility_timeout
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5  # running tasks finish or are put back
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # the row's lease stops a twin
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500  # bounds what a leak can take
CELERY_WORKER_SEND_TASK_EVENTS = False  # nobody listens to them
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # our format and redaction stay
CELERY_WORKER_REDIRECT_STDOUTS = False  # console mail is printed as it is
CELERY_DB_REUSE_MAX = 1000  # Celery otherwise opens a database connection for each task
CELERY_RESULT_BACKEND = "config.results:RetryingDatabaseBackend"
CELERY_RESULT_BACKEND_ALWAYS_RETRY = True  # a database that is away for seconds loses no result,
CELERY_RESULT_BACKEND_MAX_RETRIES = 60  # nor holds a worker for ever
CELERY_RESULT_BACKEND_MAX_SLEEP_BETWEEN_RETRIES_MS = 2000
CELERY_RESULT_EXTENDED = True  # task name, worker and traceback
CELERY_RESULT_EXPIRES = None  # the nightly prune removes them in batches
CELERY_TASK_TRACK_STARTED = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = True  # periodic tasks leave a row only when they fail
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_QUEUES = schedule.QUEUES
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ROUTES = schedule.ROUTES
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE
CELERY_BEAT_SCHEDULER = "dashboard.flow.scheduler:Scheduler"  # Celery's own, with a heartbeat
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

LOGGING = logs.logging_of("json" if PRODUCTION else "line")
