"""Watching a re-fill: how far it is, what waits and until when, and the list of all."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from movies import calls, formats, services
from movies.models import Refill, RefillHold, RefillItem
from movies.tests.films import films
from movies.tests.refill_pages import watch
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def refill(admin_user) -> Refill:
    """Two changed, one unchanged, one failed, three to come."""
    refill = services.refill(films(lacking=7, complete=0), user=admin_user)
    now = timezone.now()
    items = list(refill.items.order_by("pk"))
    for item, state in zip(items, ("changed", "changed", "unchanged", "failed"), strict=False):
        item.state, item.finished_at = state, now
    items[0].changes = [{"field": "runtime_minutes", "before": None, "after": 155}]
    items[3].message = "OMDb did not answer in 10 s."
    RefillItem.objects.bulk_update(items, ["state", "finished_at", "changes", "message"])
    Refill.objects.recount()
    return refill


def put_off(refill: Refill, *, hours: int):
    """Let all films that wait go on so much later, for they broke off; return when."""
    later = timezone.now() + timedelta(hours=hours)
    refill.items.filter(state="waiting").update(due_at=later, message="It broke off: TypeError.")
    return later


def spend_budget() -> str:
    """Hold up every re-fill for want of calls; return when they are expected again."""
    Refill.objects.update(out_of_budget_at=timezone.now())
    return formats.clock(calls.budget().refills_open_at)


def test_a_running_refill_says_how_far_it_is(admin_client, refill):
    html = admin_client.get(
        reverse("admin:movies_refill_change", args=[refill.pk])
    ).content.decode()

    for words in (
        "Running: 4 of 7",
        "155 min",
        "OMDb did not answer in 10 s.",
        'hx-trigger="every 2s [!document.hidden ',
    ):
        assert words in html


def test_the_live_part_is_only_a_part(admin_client, refill):
    html = watch(admin_client, refill)

    assert html.lstrip().startswith("<section")
    assert "<html" not in html


def test_the_films_can_be_narrowed_to_a_state(admin_client, refill):
    assert watch(admin_client, refill, state="changed").count("<bdi>Film") == 2
    assert watch(admin_client, refill, state="waiting").count("<bdi>Film") == 3
    assert watch(admin_client, refill, state="nonsense").count("<bdi>Film") == 7


def test_films_beyond_the_first_page_are_a_page_further(admin_client):
    refill = services.refill(films(lacking=101, complete=0))

    html = watch(admin_client, refill, page=2)

    assert "Page 2 of 3" in html
    assert "Previous" in html
    assert "Next" in html


def test_what_waits_for_the_budget_says_until_when(admin_client, refill):
    opens = spend_budget()

    html = watch(admin_client, refill)

    assert "Waiting for budget: 4 of 7" in html
    assert f"Out of budget: 3 films wait until about {opens} and continue by themselves." in html
    assert f"until about {opens}</span>" in html


def test_a_break_is_not_called_a_lack_of_budget(admin_client, refill):
    again = put_off(refill, hours=1)

    html = watch(admin_client, refill)
    page = admin_client.get(reverse("admin:movies_refill_changelist")).content.decode()

    assert "Trying again: 4 of 7" in html
    assert f"3 films broke off and are tried again at {formats.clock(again)}." in html
    assert f"at {formats.clock(again)}: It broke off: TypeError." in html
    assert "budget" not in html + page
    assert f"at {formats.clock(again)}" in page


def hold_up() -> str:
    """Hold up every re-fill for OMDb's sake; return until when."""
    until = timezone.now() + timedelta(minutes=5)
    RefillHold.objects.create(
        pk=1, until=until, message="OMDb failed with status 503.", is_refused=False
    )
    return formats.clock(until)


def test_what_waits_for_omdb_says_why_and_until_when(admin_client, refill):
    until = hold_up()
    put_off(refill, hours=1)

    html = watch(admin_client, refill)
    page = admin_client.get(reverse("admin:movies_refill_changelist")).content.decode()

    assert "Waiting: 4 of 7" in html
    waits = f"503: 3 films wait until about {until} and continue by themselves."
    assert f"OMDb failed with status {waits}" in html
    assert "tried again" not in html
    assert "Resume" in html
    assert f"until about {until}: OMDb failed with status 503." in page


@pytest.mark.parametrize(
    ("fact", "words"),
    [("paused_at", "Paused: 4 of 7"), ("out_of_budget_at", "Waiting for budget: 4 of 7")],
)
def test_what_else_holds_it_up_is_said_first(admin_client, refill, fact, words):
    hold_up()
    Refill.objects.update(**{fact: timezone.now()})

    html = watch(admin_client, refill)

    assert words in html
    assert "failed with status" not in html


def test_a_break_and_a_lack_of_budget_are_told_apart(admin_client, refill):
    spend_budget()
    one = refill.items.filter(pk=refill.items.last().pk)
    one.update(message="It broke off: TypeError.", due_at=timezone.now() + timedelta(minutes=5))

    html = watch(admin_client, refill)

    assert "Waiting for budget: 4 of 7" in html
    assert "Out of budget: 3 films wait" in html
    assert "1 film broke off and is tried again at" in html


def test_while_some_films_can_go_on_the_refill_runs(admin_client, refill):
    put_off(refill, hours=5)
    refill.items.filter(pk=refill.items.last().pk).update(due_at=timezone.now())

    assert "Running: 4 of 7" in watch(admin_client, refill)


@pytest.mark.parametrize("running", [0, 1])
def test_a_paused_refill_says_what_waits_and_what_still_runs(admin_client, refill, running):
    Refill.objects.update(paused_at=timezone.now())
    for item in refill.items.filter(state="waiting")[:running]:
        refill.items.filter(pk=item.pk).update(state="running")

    html = watch(admin_client, refill)

    assert "Paused: 4 of 7" in html
    assert f"{3 - running} films wait until somebody resumes it." in html
    assert ("1 film still running." in html) == bool(running)


def test_a_cancelled_refill_says_what_was_done_and_what_was_not(admin_client, refill):
    refill.items.filter(state="waiting").update(state="cancelled", finished_at=timezone.now())
    Refill.objects.recount()
    Refill.objects.update(cancelled_at=timezone.now())

    html = watch(admin_client, refill, state="cancelled")

    words = "was cancelled: 2 changed, 1 unchanged, 1 failed, 3 cancelled."
    assert f"{refill} {words}" in html
    assert html.count("<bdi>Film") == 3


def test_calls_that_were_used_are_counted(admin_client, refill):
    Refill.objects.update(calls=95)

    assert "95 calls used" in watch(admin_client, refill)


def test_a_refill_removed_meanwhile_is_left_out(rf, refill):
    page, request = admin.site.get_model_admin(Refill), rf.get("/")
    rows = [refill, Refill.objects.create()]
    Refill.objects.filter(pk=refill.pk).delete()

    page.prepare(request, rows)

    assert len(rows) == 1
    with pytest.raises(Http404):
        page.record(request, refill)


def test_films_are_named_but_not_linked_for_whoever_may_not_open_them(client, refill):
    client.force_login(allowed("view_refill"))

    html = watch(client, refill)

    assert html.count("<bdi>Film") == 7
    assert "/admin/movies/movie/" not in html


def test_a_single_film_waits_by_itself(admin_client):
    refill = services.refill(films(lacking=1, complete=0))
    spend_budget()

    assert "1 film waits until" in watch(admin_client, refill)
    assert "continues by itself." in watch(admin_client, refill)
    Refill.objects.update(paused_at=timezone.now())
    assert "1 film waits until somebody resumes it." in watch(admin_client, refill)


def test_a_finished_refill_is_not_asked_for_again(admin_client, refill):
    refill.items.filter(state="waiting").update(state="changed", finished_at=timezone.now())
    Refill.objects.recount()
    Refill.objects.update(finished_at=timezone.now())

    html = watch(admin_client, refill)

    assert f"Re-fill {refill.pk} is done: 5 changed, 1 unchanged, 1 failed." in html
    assert "hx-trigger" not in html


def test_the_live_part_of_no_refill_is_not_found(admin_client):
    url = reverse("admin:movies_refill_progress", args=[99])
    assert admin_client.get(url).status_code == 404


def test_somebody_signed_out_gets_no_sign_in_page_into_the_page(client, refill):
    url = reverse("admin:movies_refill_progress", args=[refill.pk])

    assert client.get(url, headers={"HX-Request": "true"}).status_code == 401
    assert client.get(url).status_code == 302


def test_staff_without_the_right_may_not_watch(client, staff, refill):
    client.force_login(staff)

    url = reverse("admin:movies_refill_progress", args=[refill.pk])
    assert client.get(url).status_code == 403


def test_watching_costs_the_same_however_many_films(admin_client, django_assert_max_num_queries):
    pks = films(lacking=40, complete=0)
    small, large = services.refill(pks[:5]), services.refill(pks[5:])
    watch(admin_client, small)

    with django_assert_max_num_queries(20) as few:
        watch(admin_client, small)
    with django_assert_max_num_queries(len(few.captured_queries)):
        watch(admin_client, large)


def test_the_list_says_of_each_how_many_films_and_how_they_ended(admin_client, refill):
    html = admin_client.get(reverse("admin:movies_refill_changelist")).content.decode()

    assert f"Re-fill {refill.pk}" in html
    assert '7<span class="unit"> films</span>' in html
    assert "2 changed, 1 unchanged, 1 failed, 3 waiting" in html


def test_watching_asks_the_same_of_a_large_batch_as_of_a_small_one(
    admin_client, django_assert_num_queries
):
    pks = films(lacking=100, complete=0)
    small, large = services.refill(pks[:1]), services.refill(pks)
    url = reverse("admin:movies_refill_progress", args=[small.pk])
    with CaptureQueriesContext(connection) as asked:
        admin_client.get(url)

    with django_assert_num_queries(len(asked)):
        admin_client.get(reverse("admin:movies_refill_progress", args=[large.pk]))
