"""What is erased is nowhere in the database any more, and its searches still count."""

import threading
import time

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection, transaction
from django.utils import timezone

import notifications.erasing
from dashboard.alerts import weekly
from dashboard.alerts.kinds import WEEKLY
from dashboard.curation import erasing, hiding, merging
from dashboard.models import ErrorGroup, TaskRecord, TermDay
from dashboard.results.folding import fold_tasks
from dashboard.tests import rows
from dashboard.tests.curation.terms import SECRET
from dashboard.tests.figures_of import differences
from dashboard.tests.rows import search
from dashboard.worklist import fetching
from movies import repeating, services
from movies.erasing import NotErasable
from movies.importing.moments import shortened
from movies.merging import NotMergeable
from movies.models import Hit, Import, Origin, Outcome, SearchTerm
from movies.resembling import like
from notifications import announcing, digests
from notifications.composing import Event
from notifications.models import Notification
from notifications.services import notify

pytestmark = pytest.mark.django_db


def everything() -> str:
    """Return all that is in the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name of ours
            found += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(found)


def traces() -> list[str]:
    return [line for line in everything().splitlines() if "elm" in line or "o'doe" in line]


def test_nothing_in_the_database_names_what_was_erased(secret, user):
    failed_task(secret)
    search("dune")
    notify(weekly_digest())
    typed = SECRET.title().replace(" ", "  ")
    rows.imported(bad_lines=[[1, f"{shortened(typed)} is no time"], [2, "“x” is no time"]])
    notify(announcing.failed_task("run_search", "ValueError", f"It said {SECRET}", timezone.now()))
    rows.imported(bad_lines=[[2, "“x” is no time"]])
    told = Notification.objects.about(secret).get()
    LogEntry.objects.log_actions(user.pk, [told], CHANGE, "Seen.", single_object=True)
    collected = Notification.objects.filter(kind="new_search_term")
    collected.update(state="held", passed_at=None, next_attempt_at=timezone.now())
    assert digests.close_windows() == 1
    assert len(traces()) > 5

    assert erasing.erase(secret, user)

    assert traces() == []
    told.refresh_from_db()
    assert "A new search term was used: '(erased)'" in told.text
    digest = Notification.objects.get(origin="digest")
    assert "- (erased)\n- dune\n" in digest.text
    week = Notification.objects.get(kind=WEEKLY)
    assert "- (erased): 40, + New" in week.text
    assert '"(erased)" rises most' in week.text
    lines = Import.objects.order_by("pk").values_list("bad_lines", flat=True)
    assert list(lines) == [[[1, "(erased)"], [2, "“x” is no time"]], [[2, "“x” is no time"]]]
    assert ">(erased)</a>" in digest.html


def weekly_digest() -> Event:
    """Return a digest of a week that names the term wherever such a mail names one."""
    named = [weekly.Row(SECRET, "40", "+ New"), weekly.Row("Fri", f"“{SECRET}” fetched by staff")]
    words = (f'Searches are up; "{SECRET}" rises most.',)
    extra = {"sections": [weekly.Section("New", named)], "page": "http://localhost/"}
    return Event(WEEKLY, f"{WEEKLY}:2026-11-16", "Last week: 40 searches", words, extra=extra)


def failed_task(term: SearchTerm) -> None:
    """Write down a task that failed with the term in its words."""
    made = term.searches.get()
    rows.task_result(
        "FAILURE",
        timezone.now(),
        about=made.pk,
        result=rows.raised("ValueError", SECRET),
        traceback=f"Traceback:\n  ValueError: {SECRET}",
    )
    fold_tasks(timezone.now())
    assert TaskRecord.objects.filter(error__contains="elm").exists()


def test_a_failure_that_has_no_record_yet_forgets_it_too(secret, user):
    other = search("dune")
    for about, said in ((secret.searches.get(), SECRET), (other, "no elm tree")):
        rows.task_result(
            "FAILURE", timezone.now(), about=about.pk, result=rows.raised("ValueError", said)
        )

    erasing.erase(secret, user)
    fold_tasks(timezone.now())

    assert [line for line in traces() if "elm tree" not in line] == []
    assert TaskRecord.objects.filter(error__contains="no elm tree").exists()


@pytest.mark.parametrize("text", ["300", "e"])
def test_words_that_only_look_like_it_stay(user, text):
    made = search(text, outcome=Outcome.FAILED, message=f"OMDb did not answer 13005 to '{text}'.")
    for about in (made.pk, search("dune").pk):
        said = rows.raised("Away", "HTTP 503 after 3 s: no answer for 13005")
        rows.task_result("FAILURE", timezone.now(), about=about, result=said)
    fold_tasks(timezone.now())
    group = ErrorGroup.objects.get().message

    erasing.erase(made.term, user)

    made.refresh_from_db()
    assert made.message == "OMDb did not answer 13005 to '(erased)'."
    assert ErrorGroup.objects.get().message == group
    assert {row.error for row in TaskRecord.objects.all()} == {
        "Away: HTTP 503 after 3 s: no answer for 13005"
    }


def test_a_notification_of_the_moment_between_is_found_as_well(secret, user):
    known = notifications.erasing.look_for(secret, SECRET)
    search(SECRET)
    notify(weekly_digest())

    assert notifications.erasing.forget(secret, SECRET, known) == 2
    assert not Notification.objects.filter(text__contains="elm").exists()


def test_so_is_a_digest_that_was_written_while_a_row_was_waited_for(secret, user, monkeypatch):
    known = notifications.erasing.look_for(secret, SECRET)
    in_log, written = notifications.erasing._forget_in_log, []

    def late(row: Notification) -> None:
        if not written:
            written.append(notify(weekly_digest()))
        in_log(row)

    monkeypatch.setattr(notifications.erasing, "_forget_in_log", late)

    notifications.erasing.forget(secret, SECRET, known)

    assert written
    assert not Notification.objects.filter(text__contains="elm").exists()


def test_nothing_searches_again_for_what_was_erased(secret, user):
    as_it_was = SearchTerm.objects.get(pk=secret.pk)
    erasing.erase(secret, user)

    assert repeating.repeat(as_it_was, user) is None
    assert fetching.fetch([secret.pk], user)[1] == []
    assert traces() == []
    assert not SearchTerm.objects.filter(erased_at=None).exists()


def test_its_searches_still_count_under_erased(secret, user):
    erasing.erase(secret, user)

    root = SearchTerm.objects.get(term__startswith="(erased)", canonical=None)
    assert str(root).strip() == "(erased)"
    assert [(row.root_id, row.searches) for row in TermDay.objects.all()] == [(root.pk, 1)]
    assert differences() == []
    assert not Hit.objects.exists()
    secret.refresh_from_db()
    # It belongs to the family of all that was erased.
    assert not hiding.hide(secret, user)


def test_a_later_search_for_the_same_words_makes_a_new_term(secret, user):
    erasing.erase(secret, user)

    made = services.request_search(SECRET, origin=Origin.VISITOR)

    assert made.term_id != secret.pk
    assert made.is_first
    for text in ("(erased)", f"(erased)  {secret.pk}", "(erased) "):
        assert not services.request_search(text, origin=Origin.VISITOR).term.erased_at


def test_a_term_that_is_being_searched_is_not_erased(secret, user):
    search(SECRET, outcome="")

    with pytest.raises(NotErasable, match="has not ended"):
        erasing.erase(secret, user)


def test_a_term_into_which_others_are_merged_is_not_erased(secret, user):
    merging.merge(SearchTerm.objects.create(term="dune"), secret, user)

    with pytest.raises(NotErasable, match="undo these merges"):
        erasing.erase(secret, user)


def test_a_term_is_not_erased_while_a_mail_that_names_it_is_being_sent(secret, user):
    Notification.objects.update(state="sending", lease="0" * 32)

    with pytest.raises(NotErasable, match="being sent"):
        erasing.erase(secret, user)

    secret.refresh_from_db()
    assert secret.term == SECRET


def test_what_is_erased_cannot_be_merged_or_taken_out_and_is_suggested_to_nobody(secret, user):
    other = SearchTerm.objects.create(term="erased")
    erasing.erase(secret, user)
    secret.refresh_from_db()

    with pytest.raises(NotMergeable, match="was erased"):
        merging.merge(secret, other, user)
    assert not merging.take_out(secret, user)
    assert not like(other)
    assert not like(secret)


def test_the_audit_log_keeps_the_key_alone(secret, user):
    erasing.erase(secret, user)

    lines = LogEntry.objects.filter(object_id=str(secret.pk))
    assert {line.object_repr for line in lines} == {f"Term {secret.pk}"}
    assert "Erased." in [line.get_change_message() for line in lines]


@pytest.mark.django_db(transaction=True)
def test_a_search_that_waits_for_the_erasing_makes_a_new_term(user):
    term = search("dune").term
    found = []

    def ask() -> None:
        found.append(services.request_search("dune", origin=Origin.VISITOR, in_place=True))
        connection.close()

    with transaction.atomic():
        erasing.erase(term, user)
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.5)
    asking.join(30)

    assert found[0].term_id != term.pk
    assert found[0].term.term == "dune"
