"""One row of everything that the admin shows."""

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django_celery_results.models import GroupResult

from dashboard.models import RollUp
from dashboard.tests import rows
from dashboard.tests.results.failures import failed_films, the_error
from movies.models import Genre, Hit, Outcome, Refill, RefillItem, SearchTerm
from notifications import kinds, policies


def one_of_each() -> dict[str, Model]:
    """Write the rows; return each by its place in the admin's addresses."""
    search = rows.search(outcome=Outcome.CACHED)
    film = rows.film()
    Hit.objects.create(term=search.term, movie=film, rank=1, seen_by=search.uuid)
    policy, *_ = [policies.of(kind.name) for kind in kinds.registered()]
    SearchTerm.objects.bulk_create([SearchTerm(term="alien 3")])
    failed_films()
    error = the_error()
    RollUp.objects.create(pk=1, time_zone="Europe/Berlin")
    refill = Refill.objects.create()
    RefillItem.objects.create(refill=refill, movie=rows.film())
    RefillItem.objects.create(refill=refill, movie=rows.film(), state="failed")
    Refill.objects.recount()
    return {
        "movies/genre": Genre.objects.create(name="Drama"),
        "movies/import": rows.imported(),
        "movies/movie": film,
        "movies/refill": refill,
        "movies/search": search,
        "movies/searchterm": search.term,
        "notifications/notification": rows.notification(
            "failed", reason="Refused.", html="<p>Dune</p>"
        ),
        "notifications/kindpolicy": policy,
        "dashboard/lockout": rows.lock_out(),
        "dashboard/errorgroup": error,
        "dashboard/taskrecord": error.records.get(),
        "django_celery_results/groupresult": GroupResult.objects.create(group_id="g"),
        "auth/group": Group.objects.create(name="Friends"),
        "auth/user": User.objects.create_user("target", password="any-password-1"),
    }
