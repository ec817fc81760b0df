import json

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_celery_results.models import GroupResult, TaskResult

from dashboard.admin import task_labels, task_stories
from dashboard.tests import rows
from movies.models import Refill, RefillItem
from movies.tests.staff import allowed

pytestmark = pytest.mark.django_db

TASKS = reverse("admin:django_celery_results_taskresult_changelist")


def task(name: str | None = "movies.tasks.run_search", **facts: object) -> TaskResult:
    """Write a result as Celery does: the arguments are the JSON of a repr."""
    row = rows.task_result(str(facts.pop("status", "SUCCESS")))
    arguments = facts.pop("args", None)
    TaskResult.objects.filter(pk=row.pk).update(
        task_name=name, task_args=arguments and json.dumps(repr(arguments)), **facts
    )
    row.refresh_from_db()
    return row


def listed(client, **query: str) -> list[str]:
    response = client.get(TASKS, query)
    return [row.task_id for row in response.context["cl"].result_list]


def page(client, row: TaskResult) -> str:
    url = reverse("admin:django_celery_results_taskresult_change", args=[row.pk])
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
    row = task(status=status, result="null")

    for html in (admin_client.get(TASKS).content.decode(), page(admin_client, row)):
        assert word in html
        assert status not in html


def test_a_task_has_a_plain_name():
    assert task_labels.plain_name("notifications.tasks.deliver") == "Deliver a notification"
    assert task_labels.plain_name("other.tasks.tidy_up") == "Tidy up"
    assert task_labels.plain_name(None) == "Unknown task"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("(17,)", 17),
        ('"(17,)"', 17),
        ("[17]", 17),
        ("(17, 18)", None),
        ("('a',)", None),
        ("", None),
    ],
)
def test_the_single_id_of_a_task_is_read_from_its_arguments(arguments, expected):
    assert task_labels.single_id(TaskResult(task_args=arguments)) == expected


def test_a_task_is_about_the_row_it_was_given(admin_client):
    search = rows.search("dune")
    film = rows.film(year=1979)
    item = RefillItem.objects.create(refill=Refill.objects.create(), movie=film)
    notification = rows.notification()
    task(args=(search.pk,))
    task("movies.tasks.fill_refill_item", args=(item.pk,))
    task("notifications.tasks.deliver", args=(notification.pk,))

    html = admin_client.get(TASKS).content.decode()

    assert f"<bdi>{film}, Re-fill {item.refill_id}</bdi>" in html
    assert reverse("admin:movies_search_change", args=[search.pk]) in html
    assert reverse("admin:notifications_notification_change", args=[notification.pk]) in html


def test_a_task_does_not_name_what_the_reader_may_not_open(client):
    item = RefillItem.objects.create(refill=Refill.objects.create(), movie=rows.film())
    about = [
        task(args=(rows.search("arrakis").pk,)),
        task("movies.tasks.fill_refill_item", args=(item.pk,)),
        task("notifications.tasks.deliver", args=(rows.notification().pk,)),
    ]
    client.force_login(allowed("view_taskresult"))

    for html in (client.get(TASKS).content.decode(), *(page(client, row) for row in about)):
        for hidden in ("arrakis", str(item.movie), "/movies/", "/notifications/"):
            assert hidden not in html


def test_the_tasks_of_a_group_are_for_those_who_may_see_tasks(client):
    row = task()
    stored = [["group", None], [[[row.task_id, None], None]]]
    group = GroupResult.objects.create(group_id="group", result=json.dumps(stored))
    client.force_login(allowed("view_groupresult"))

    url = reverse("admin:django_celery_results_groupresult_change", args=[group.pk])
    assert "Run a search" not in client.get(url).content.decode()


@pytest.mark.parametrize("arguments", [(999,), None])
def test_a_task_whose_row_is_gone_is_about_nothing(admin_client, arguments):
    row = task(args=arguments)

    assert "<dd>—</dd>" in page(admin_client, row)


def test_the_list_costs_the_same_however_many_tasks(admin_client, django_assert_max_num_queries):
    def add() -> None:
        for number in range(5):
            task(args=(rows.search(f"term {number}").pk,))
            task("notifications.tasks.deliver", args=(rows.notification().pk,))

    add()
    admin_client.get(TASKS)
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(20) as few:
        admin_client.get(TASKS)
    add()
    cache.clear()  # badges are counted each time
    with django_assert_max_num_queries(len(few.captured_queries)):
        admin_client.get(TASKS)


def test_tasks_are_found_by_their_whole_id_or_by_what_they_do(admin_client):
    search, delivery = task(), task("notifications.tasks.deliver")

    assert listed(admin_client, q=search.task_id) == [search.task_id]
    assert listed(admin_client, q="Deliver") == [delivery.task_id]
    assert listed(admin_client, q="notifications.tasks.deliver") == [delivery.task_id]
    assert len(listed(admin_client, q=" ")) == 2
    assert listed(admin_client, q="nothing") == []


def test_tasks_are_narrowed_to_a_state_and_to_a_name(admin_client):
    done, failed = task(), task("dashboard.tasks.prune", status="FAILURE")

    assert listed(admin_client, state="Done") == [done.task_id]
    assert listed(admin_client, state="Failed") == [failed.task_id]
    assert listed(admin_client, task="dashboard.tasks.prune") == [failed.task_id]
    assert len(listed(admin_client, day_from="2020-01-01")) == 2


def test_only_a_task_that_ended_has_a_run_time():
    began = timezone.now()
    row = TaskResult(status="SUCCESS", date_started=began, date_done=began)

    assert task_labels.run_time(row) == "0 ms"
    row.status = "STARTED"
    assert task_labels.run_time(row) == "—"
    row.status, row.date_started = "FAILURE", None
    assert task_labels.run_time(row) == "—"


def test_a_clock_set_back_makes_no_negative_run_time():
    ended = timezone.now()
    row = TaskResult(
        status="SUCCESS", date_started=ended + timezone.timedelta(seconds=1), date_done=ended
    )

    assert task_labels.run_time(row) == "0 ms"


def test_a_failed_task_says_why_and_keeps_the_traceback_folded(admin_client):
    stored = {"exc_type": "ReadTimeout", "exc_message": ["OMDb did not", "answer"]}
    row = task(status="FAILURE", result=json.dumps(stored), traceback="File\n  line <b>")

    html = page(admin_client, row)

    assert "It failed" in html
    assert "ReadTimeout: OMDb did not answer" in html
    assert html.index("<details") < html.index("File\n  line &lt;b&gt;")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("not json", "the reason was not kept."),
        ("null", "the reason was not kept."),
        ('{"exc_type": "KeyError", "exc_message": []}', "KeyError."),
        ('{"exc_type": "KeyError", "exc_message": "dune"}', "KeyError: dune"),
    ],
)
def test_an_exception_is_told_as_far_as_it_was_kept(result, expected):
    assert task_stories.error(TaskResult(result=result)) == expected


def test_a_result_is_laid_out_and_cut_where_nobody_reads_on():
    assert task_stories.pretty('{"a": 1}') == '{\n  "a": 1\n}'
    assert task_stories.pretty("plain") == "plain"
    assert task_stories.pretty(None) == ""
    assert "2 more characters" in task_stories.code("x" * (task_stories.LONGEST + 2))
    assert task_stories.code("") == "—"


@pytest.mark.parametrize(
    "stored",
    ["", "null", "[]", '["g", 3]', '{"a": 1}', "nonsense"],
)
def test_a_group_that_cannot_be_read_has_no_tasks(stored):
    assert task_stories.members(GroupResult(result=stored)) == []


def test_a_group_shows_its_tasks(admin_client):
    row = task()
    stored = [["group", None], [[[row.task_id, None], None]]]
    group = GroupResult.objects.create(group_id="group", result=json.dumps(stored))
    url = reverse("admin:django_celery_results_groupresult_change", args=[group.pk])

    assert "Run a search" in admin_client.get(url).content.decode()
    assert (
        "group"
        in admin_client.get(
            reverse("admin:django_celery_results_groupresult_changelist")
        ).content.decode()
    )
    assert "Groups of tasks" in admin_client.get(TASKS).content.decode()
