"""The audit log: who did what, to which rows, when; found, filtered, and never changed."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from dashboard.admin import audit_filters
from dashboard.curation import erasing
from dashboard.tests import rows
from movies.tests.staff import allowed
from notifications.admin import bounds

pytestmark = pytest.mark.django_db

LIST = reverse("admin:admin_logentry_changelist")
CSV = reverse("admin:admin_logentry_csv")


@pytest.fixture
def sam(client, member) -> User:
    user = member("Administrators")
    client.force_login(user)
    return user


def write(user: User, row, words: str = "Renamed.", verb: int = CHANGE, **facts) -> LogEntry:
    LogEntry.objects.log_actions(user.pk, [row], verb, words, single_object=True)
    entry = LogEntry.objects.order_by("pk").last()
    LogEntry.objects.filter(pk=entry.pk).update(**facts)
    return entry


def listed(client, **asked: object) -> list[str]:
    """Return the names of what the shown entries are about."""
    response = client.get(LIST, asked)
    return [entry.object_repr for entry in response.context["cl"].result_list]


def test_an_entry_says_who_what_which_row_and_when(client, sam):
    group = Group.objects.create(name="Friends <b>")
    entry = write(sam, group)

    html = client.get(LIST).content.decode()

    assert "Renamed." in html
    assert "a administrator" in html
    assert f'href="{reverse("admin:auth_group_change", args=[group.pk])}"' in html
    assert "Friends &lt;b&gt;" in html
    page = client.get(reverse("admin:admin_logentry_change", args=[entry.pk])).content.decode()
    for words in ("Changed", "Renamed.", "Friends &lt;b&gt;", "Group"):
        assert words in page


def test_what_is_gone_or_may_not_be_opened_is_named_without_a_link(client, sam):
    group = Group.objects.create(name="Friends")
    write(sam, group, "", DELETION)
    group.delete()
    write(sam, rows.search().term)
    client.force_login(allowed("view_user"))

    html = client.get(LIST).content.decode()

    assert "Removed" in html
    assert not re.search('<a class="link" href="[^"]*"><bdi>(Friends|dune)', html)


def test_an_entry_whose_kind_or_key_is_unknown_is_shown(client, sam):
    gone = ContentType.objects.create(app_label="gone", model="thing")
    group = Group.objects.create(name="Friends")
    write(sam, group, content_type=gone)
    write(sam, group, content_type=None)
    entry = write(sam, group, object_id="abc")

    assert listed(client) == ["Friends"] * 3
    assert client.get(reverse("admin:admin_logentry_change", args=[entry.pk])).status_code == 200


def test_the_filters_leave_what_they_name(client, sam, member):
    other = member("Operators")
    group = Group.objects.create(name="Friends")
    write(sam, group)
    write(other, rows.search().term, verb=ADDITION)
    kind = ContentType.objects.get_for_model(Group).pk

    assert listed(client) == ["dune", "Friends"]
    assert listed(client, who=other.pk) == ["dune"]
    assert listed(client, verb=ADDITION) == ["dune"]
    assert listed(client, kind=kind) == ["Friends"]
    assert "Who: a operator" in client.get(LIST, {"who": other.pk}).content.decode()


def test_a_period_has_whole_days_of_the_site(client, sam, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    group = Group.objects.create(name="Friends")
    write(sam, group, action_time=datetime(2026, 3, 2, 23, 59, tzinfo=ZoneInfo("Europe/Berlin")))
    write(sam, sam, action_time=datetime(2026, 3, 3, 0, 0, tzinfo=ZoneInfo("Europe/Berlin")))

    assert listed(client, day_from="2026-03-02", day_to="2026-03-02") == ["Friends"]
    assert listed(client, day_from="2026-03-03") == [str(sam)]
    assert listed(client, day_from="nonsense") == []


def test_a_search_finds_names_and_says_how_far_it_looked(client, sam, monkeypatch):
    monkeypatch.setattr(audit_filters, "MOST_SEARCHED", 2)
    for name in ("Oldest", "Friends", "Foes"):
        write(sam, Group.objects.create(name=name))

    response = client.get(LIST, {"q": "FRIEND"})

    assert [entry.object_repr for entry in response.context["cl"].result_list] == ["Friends"]
    assert "Searched the newest 2, back to <time" in response.content.decode()
    assert listed(client, q="oldest") == []
    assert listed(client, q=" ") == ["Foes", "Friends", "Oldest"]


def test_a_search_in_a_short_log_looks_at_all_of_it(client, sam):
    write(sam, Group.objects.create(name="Friends"))

    html = client.get(LIST, {"q": "friends"}).content.decode()

    assert "Searched the newest" not in html


def test_a_long_log_is_counted_no_further_than_its_pages_go(client, sam, monkeypatch):
    monkeypatch.setattr(bounds.Pages, "most_counted", 3)
    for number in range(5):
        write(sam, Group.objects.create(name=f"{number}"))

    assert "The newest of more." in client.get(LIST).content.decode()


def test_the_list_costs_the_same_however_many_entries(client, sam, django_assert_max_num_queries):
    group = Group.objects.create(name="Friends")
    for _ in range(20):
        write(sam, group)
    write(sam, rows.search().term)
    client.get(LIST)

    with django_assert_max_num_queries(16):
        client.get(LIST)


def test_the_file_has_what_the_list_shows_and_runs_nothing(client, sam):
    write(sam, Group.objects.create(name="=1+1"))
    write(sam, sam, "", DELETION)

    lines = b"".join(client.get(CSV, {"q": "1+1"}).streaming_content).decode().splitlines()

    assert lines[0].endswith('"When","Who","What","About","Kind","Key"')
    assert '"a administrator","Renamed.","\'=1+1","Group"' in lines[1]
    assert lines[2].startswith('"End: 1 entry"')
    assert client.head(CSV).status_code == 200


def test_the_file_says_when_not_all_was_searched_and_refuses_nonsense(client, sam, monkeypatch):
    monkeypatch.setattr(audit_filters, "MOST_SEARCHED", 1)
    for name in ("Friends", "Foes"):
        write(sam, Group.objects.create(name=name))

    text = b"".join(client.get(CSV, {"q": "foes"}).streaming_content).decode()

    assert "searched for among the newest" in text
    assert client.get(CSV, {"id__in": "x"}).status_code == 302


def test_nobody_changes_or_removes_an_entry_not_even_a_superuser(admin_client, admin_user):
    entry = write(admin_user, Group.objects.create(name="Friends"))
    page = admin.site.get_model_admin(LogEntry)

    for name in ("change", "delete"):
        url = reverse(f"admin:admin_logentry_{name}", args=[entry.pk])
        assert admin_client.post(url, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}
    admin_client.post(LIST, chosen)
    assert admin_client.get(reverse("admin:admin_logentry_add")).status_code == 403
    assert LogEntry.objects.filter(pk=entry.pk).exists()
    assert page.actions == ()


@pytest.mark.parametrize("group", ["Viewers", "Operators"])
def test_it_is_for_administrators(client, member, group):
    client.force_login(member(group))

    assert client.get(LIST).status_code == 403
    assert client.get(CSV).status_code == 403


def test_an_erased_term_is_not_named(client, sam):
    term = rows.search("secret words").term
    write(sam, term, "Searched again.")

    erasing.erase(term, sam)

    html = client.get(LIST).content.decode() + b"".join(client.get(CSV).streaming_content).decode()
    assert "secret words" not in html
    assert f"Term {term.pk}" in html


def test_the_reader_sees_the_newest_first(client, sam):
    now = datetime(2026, 3, 2, tzinfo=ZoneInfo("UTC"))
    for number, name in enumerate(("First", "Second")):
        at = now + timedelta(hours=number)
        write(sam, Group.objects.create(name=name), action_time=at)

    assert listed(client) == ["Second", "First"]
