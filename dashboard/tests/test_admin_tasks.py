import pytest
from celery import current_app
from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_celery_results.models import GroupResult, TaskResult

from dashboard.admin import task_filters, task_labels, task_stories
from dashboard.models import TaskRecord
from dashboard.tests import rows
from dashboard.tests.rows import task
from movies.models import Refill, RefillItem
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

TASKS = reverse("admin:dashboard_taskrecord_changelist")


def listed(client, **query: str) -> list[int]:
    response = client.get(TASKS, query)
    return [row.pk for row in response.context["cl"].result_list]


def page(client, row: TaskResult | TaskRecord) -> str:
    url = reverse("admin:dashboard_taskrecord_change", args=[row.pk])
    return client.get(url).content.decode()


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("PENDING", "Waiting"),
        ("STARTED", "Running"),
        ("RETRY", "Trying again"),
        ("SUCCESS", "Done"),
        ("FAILURE", "Failed"),
        ("REVOKED", "Cancelled"),
        ("SOMETHING", "Unknown"),
    ],
)
def test_a_state_is_a_word_and_never_its_raw_name(admin_client, status, word):
    row = task(status=status, result="null", date_started=timezone.now())

    for html in (admin_client.get(TASKS).content.decode(), page(admin_client, row)):
        assert word in html
        assert status not in html


def test_what_is_lost_says_what_happens_next(admin_client):
    began = timezone.now() - timezone.timedelta(hours=1)
    search = rows.search(outcome="")
    lost = task(status="STARTED", done=began, date_started=began, about=search.pk)
    tick = task("dashboard.tasks.prune", status="STARTED", done=began, date_started=began)

    assert "taken up again by itself" in admin_client.get(TASKS).content.decode()
    html = page(admin_client, lost)
    assert "Lost" in html
    assert "The search is taken up again by itself." in html
    assert "It runs again when it is next due." in page(admin_client, tick)


def test_a_task_has_a_plain_name():
    assert task_labels.plain_name("notifications.tasks.deliver") == "Deliver a notification"
    assert task_labels.plain_name("other.tasks.tidy_up") == "Tidy up"
    assert task_labels.plain_name("") == "Unknown task"


def test_every_task_of_ours_has_a_plain_name():
    current_app.loader.import_default_modules()
    ours = {
        name
        for name in current_app.tasks
        if name.split(".")[0] in {"movies", "notifications", "dashboard"} and ".tests." not in name
    }
    assert ours <= set(task_labels.NAMES)


def test_a_task_is_about_the_row_it_was_given(admin_client):
    search = rows.search("dune")
    film = rows.film(year=1979)
    item = RefillItem.objects.create(refill=Refill.objects.create(), movie=film)
    notification = rows.notification()
    task(about=search.pk)
    task("movies.tasks.fill_refill_item", about=item.pk)
    task("notifications.tasks.deliver", about=notification.pk)

    html = admin_client.get(TASKS).content.decode()

    assert f"<bdi>{film}, Re-fill {item.refill_id}</bdi>" in html
    assert reverse("admin:movies_search_change", args=[search.pk]) in html
    assert reverse("admin:notifications_notification_change", args=[notification.pk]) in html


def test_a_task_does_not_name_what_the_reader_may_not_open(client):
    item = RefillItem.objects.create(refill=Refill.objects.create(), movie=rows.film())
    about = [
        task(about=rows.search("arrakis").pk),
        task("movies.tasks.fill_refill_item", about=item.pk),
        task("notifications.tasks.deliver", about=rows.notification().pk),
    ]
    client.force_login(allowed("view_taskresult"))

    for html in (client.get(TASKS).content.decode(), *(page(client, row) for row in about)):
        for hidden in ("arrakis", str(item.movie), "/movies/", "/notifications/"):
            assert hidden not in html


def test_the_list_costs_the_same_however_many_tasks(admin_client, django_assert_max_num_queries):
    def add() -> None:
        for number in range(5):
            task(about=rows.search(f"term {number}").pk)
            task("notifications.tasks.deliver", about=rows.notification().pk)

    add()
    admin_client.get(TASKS)
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(20) as few:
        admin_client.get(TASKS)
    add()
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(len(few.captured_queries)):
        admin_client.get(TASKS)


def test_tasks_are_found_by_their_id_by_that_of_their_row_or_by_what_they_do(admin_client):
    search = task(about=4711)
    delivery = task("notifications.tasks.deliver")

    assert listed(admin_client, q=search.task_id) == [search.pk]
    assert listed(admin_client, q="4711") == [search.pk]
    assert listed(admin_client, q="Deliver") == [delivery.pk]
    assert listed(admin_client, q="notifications.tasks.deliver") == [delivery.pk]
    assert len(listed(admin_client, q=" ")) == 2
    assert listed(admin_client, q="nothing") == []
    assert listed(admin_client, q="9" * 30) == []


def test_tasks_are_found_by_the_words_of_their_error(admin_client):
    task()
    failed = task(status="FAILURE", result=rows.raised("ReadTimeout", "OMDb did not answer"))

    assert listed(admin_client, q="answer readtimeout") == [failed.pk]
    assert listed(admin_client, q="answer keyerror") == []


def test_a_search_for_an_error_says_how_far_it_looked(admin_client, monkeypatch):
    monkeypatch.setattr(task_filters, "MOST_SEARCHED", 2)
    old, *newer = [
        task(status="FAILURE", done=timezone.now() - age, result=rows.raised("KeyError"))
        for age in map(timezone.timedelta, (3, 2, 1))
    ]

    response = admin_client.get(TASKS, {"q": "KeyError"})

    assert "Searched the newest 2 failures, back to" in response.content.decode()
    assert {row.pk for row in response.context["cl"].result_list} == {row.pk for row in newer}
    assert old.pk not in listed(admin_client, q="KeyError")


def test_tasks_are_narrowed_to_a_state_a_name_and_what_they_are_about(admin_client):
    done = task(about=1)
    failed = task("dashboard.tasks.prune", status="FAILURE", result=rows.raised("KeyError"))
    group = TaskRecord.objects.get(pk=failed.pk).group_id

    assert listed(admin_client, state="done") == [done.pk]
    assert listed(admin_client, state="failed") == [failed.pk]
    assert listed(admin_client, task="dashboard.tasks.prune") == [failed.pk]
    assert listed(admin_client, about="search") == [done.pk]
    assert listed(admin_client, group__exact=str(group)) == [failed.pk]
    assert listed(admin_client, day_from="2999-01-01") == []
    assert len(listed(admin_client, day_from="2020-01-01")) == 2


def test_a_failed_task_says_why_and_shows_its_traceback(admin_client):
    row = task(
        status="FAILURE",
        result=rows.raised("ReadTimeout", "OMDb did not", "answer"),
        traceback=rows.TRACEBACK + "<b>",
    )

    html = page(admin_client, row)

    assert "It failed" in html
    assert "ReadTimeout: OMDb did not answer." in html
    assert "<b>run_item</b> in movies.filling, line 94" in html
    assert html.index("<summary>1 frame of libraries") < html.index("trace_task")
    assert "&lt;b&gt;" in html


def test_no_page_shows_a_secret(admin_client):
    row = task(
        status="FAILURE",
        result=rows.raised("HTTPError", "https://omdb/?apikey=s3cr3t-key&s=dune"),
        traceback=rows.TRACEBACK + "GET /?apikey=s3cr3t-key",
        task_args="\"('password=s3cr3t-key',)\"",
        meta='{"token": "s3cr3t-key"}',
    )

    for html in (page(admin_client, row), admin_client.get(TASKS).content.decode()):
        assert "s3cr3t" not in html
        assert "[hidden]" in html


def test_a_result_that_is_not_folded_yet_has_its_page_and_its_id_leads_there(admin_client):
    row = rows.task_result("FAILURE", result=rows.raised("KeyError", "dune"))
    url = reverse("admin:dashboard_taskrecord_change", args=[row.pk])

    found = admin_client.get(TASKS, {"q": row.task_id}).content.decode()

    assert "It comes into the list soon." in found
    assert url in found
    assert "KeyError: dune" in page(admin_client, row)
    assert not TaskRecord.objects.exists()


def test_a_record_outlives_its_result(admin_client):
    row = task(status="FAILURE", result=rows.raised("KeyError", "dune"))
    TaskResult.objects.all().delete()

    html = page(admin_client, TaskRecord.objects.get(pk=row.pk))

    assert "KeyError: dune" in html
    assert "Its result is not kept any more." in html


@pytest.mark.parametrize("key", ["0", "999", "abc", "9" * 30])
def test_a_task_that_is_not_there_is_said_to_be_gone(admin_client, key):
    url = reverse("admin:dashboard_taskrecord_change", args=[key])

    assert admin_client.get(url).status_code == 302


@pytest.mark.parametrize(
    ("name", "result", "words"),
    [
        ("movies.tasks.run_search", '"over_budget"', "Out of budget"),
        ("movies.tasks.fill_refill_item", '"unchanged"', "Unchanged"),
        ("notifications.tasks.deliver", '"sent"', "Sent"),
        ("notifications.tasks.deliver", '"not mine"', "another worker had it"),
        ("notifications.tasks.deliver", '"what?"', "<dd>—</dd>"),
        ("notifications.tasks.deliver", "17", "<dd>—</dd>"),
    ],
)
def test_what_a_task_returned_is_said_in_words(admin_client, name, result, words):
    assert words in page(admin_client, task(name, about=999, result=result))


def test_a_result_is_laid_out_and_cut_where_nobody_reads_on():
    assert task_stories.pretty('{"a": 1}') == '{\n  "a": 1\n}'
    assert task_stories.pretty("plain") == "plain"
    assert task_stories.pretty(None) == ""
    assert "2 more characters" in task_stories.code("x" * (task_stories.LONGEST + 2))
    assert task_stories.code("") == "—"


def test_nothing_of_the_package_is_offered_whatever_it_adds_some_day():
    assert not admin.site.is_registered(TaskResult)
    for model in (TaskRecord, GroupResult):
        page = admin.site.get_model_admin(model)
        assert not type(page).__module__.startswith("django_celery_results")
        assert not any("django_celery_results.admin" in str(base) for base in type(page).__mro__)
