"""A site in which everything that a person can name has a hostile name."""

from datetime import timedelta
from itertools import cycle

from django.contrib.auth.models import Group, User
from django.utils import timezone
from django_celery_results.models import GroupResult

from dashboard.models import ErrorGroup, RollUp
from dashboard.results.folding import fold_tasks
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.hostile.values import FORMULAS, MARKUP
from dashboard.tests.results.failures import failed_films, failed_tick
from movies.models import Genre, Hit, Outcome, Refill, RefillItem
from notifications import kinds, policies

_names = cycle([*MARKUP, *FORMULAS])


def name(length: int = 100) -> str:
    return next(_names)[:length]


def hostile_site() -> dict:
    """Return a row of everything, by its place in the admin's addresses."""
    searches = [
        rows.search(term.strip(), message=name(), outcome=Outcome.FAILED)
        for term in (*MARKUP, *FORMULAS)
    ]
    rows.search("alien 3", at=timezone.now() - timedelta(days=40))
    genre = Genre.objects.create(name=name())
    for search in searches:
        film = rows.film(plot=name(), poster_url=name())
        film.title = name()
        film.save()
        film.genres.add(genre)
        Hit.objects.create(term=search.term, movie=film, rank=1, seen_by=search.uuid)
    failed_films(2)
    failed_tick()
    rows.task("no.such.task", result=rows.raised(name(), name()), traceback=name())
    fold_tasks(timezone.now())
    error = ErrorGroup.objects.first()
    RollUp.objects.create(pk=1, time_zone="Europe/Berlin")
    refill = Refill.objects.create(reason=name())
    for state in ("waiting", "failed"):
        RefillItem.objects.create(refill=refill, movie=rows.film(), state=state, message=name())
    Refill.objects.recount()
    folding.fold()
    policy, *_ = [policies.of(kind.name) for kind in kinds.registered()]
    mail = rows.notification("failed", reason=name(), about_text=name(), html=f"<p>{name()}</p>")
    mail.subject, mail.text = name(), name()
    mail.save()
    return {
        "movies/genre": genre,
        "movies/import": rows.imported(name=name()),
        "movies/movie": film,
        "movies/refill": refill,
        "movies/search": searches[0],
        "movies/searchterm": searches[0].term,
        "notifications/notification": mail,
        "notifications/kindpolicy": policy,
        "dashboard/errorgroup": error,
        "dashboard/taskrecord": error.records.first(),
        "django_celery_results/groupresult": GroupResult.objects.create(group_id=name()),
        "auth/group": Group.objects.create(name=name()),
        "auth/user": User.objects.create_user("target", first_name=name(30), last_name=name()),
    }
