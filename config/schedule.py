"""Which queue each task waits in, and what beat starts by itself."""

from celery.schedules import crontab
from kombu import Queue

# A plain worker serves all three queues; a person never waits behind a batch.
QUEUES = [Queue("interactive"), Queue("periodic"), Queue("bulk")]
ROUTES = {
    "movies.tasks.sweep": {"queue": "periodic"},
    "notifications.tasks.relay": {"queue": "periodic"},
    "notifications.tasks.reconcile": {"queue": "periodic"},
    "dashboard.tasks.roll_up": {"queue": "periodic"},
    # Seconds of work that no visitor may have to wait for.
    "dashboard.tasks.refresh_snapshot": {"queue": "periodic"},
    "dashboard.tasks.look": {"queue": "periodic"},
    "dashboard.tasks.alert": {"queue": "periodic"},
    "dashboard.tasks.digest_week": {"queue": "periodic"},
    "dashboard.tasks.prune": {"queue": "periodic"},
    "dashboard.tasks.choose_films": {"queue": "periodic"},
    "movies.tasks.fill_refill_item": {"queue": "bulk"},
}
SCHEDULE = {
    # A tick that waited longer than its interval is dropped: the next one does its work.
    "sweep": {"task": "movies.tasks.sweep", "schedule": 15, "options": {"expires": 15}},
    "relay": {"task": "notifications.tasks.relay", "schedule": 15, "options": {"expires": 15}},
    "reconcile": {
        "task": "notifications.tasks.reconcile",
        "schedule": 10 * 60,
        "options": {"expires": 10 * 60},
    },
    "roll_up": {"task": "dashboard.tasks.roll_up", "schedule": 15, "options": {"expires": 15}},
    "look": {"task": "dashboard.tasks.look", "schedule": 30, "options": {"expires": 30}},
    "alert": {
        "task": "dashboard.tasks.alert",
        "schedule": 5 * 60,
        "options": {"expires": 5 * 60},
    },
    # Every hour, so that a Monday without a worker has its digest later; the first one writes it.
    "digest_week": {
        "task": "dashboard.tasks.digest_week",
        "schedule": crontab(minute="40"),
        "options": {"expires": 60 * 60},
    },
    "prune": {
        "task": "dashboard.tasks.prune",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 60 * 60},
    },
    # The site's quiet hour. In Europe OMDb's day, which is UTC's, has just begun; elsewhere it
    # takes what is left of it by then.
    "choose_films": {
        "task": "dashboard.tasks.choose_films",
        "schedule": crontab(hour="4", minute="15"),
        "options": {"expires": 60 * 60},
    },
}
