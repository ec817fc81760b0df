"""The page of one notification. What can be done there: test_admin_actions.py."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from movies.models import SearchTerm
from notifications import digests, kinds, policies, services
from notifications.admin import mail_parts
from notifications.models import Notification
from notifications.tests.log import KINDS, page_of, words

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def page(client, notification: Notification, tab: str = "") -> str:
    return client.get(page_of(notification), {"tab": tab} if tab else {}).content.decode()


def part(html: str, name: str) -> str:
    """Return what stands under a heading of the page, in words."""
    return words(html.partition(f">{name}</h2>")[2].partition("</section>")[0])


def test_the_title_says_state_kind_and_what_it_is_about(client, sign_in):
    sign_in()
    SearchTerm.objects.create(term="dune")
    Notification.objects.update(state="failed", reason="550 no such user")

    html = page(client, Notification.objects.get())

    assert "Failed: New search term &#x27;dune&#x27; |" in html
    assert "Failed</span>: New search term &#x27;dune&#x27;</bdi></h1>" in html


def test_the_title_of_what_is_about_nothing_is_its_subject(client, sign_in, queued):
    sign_in()

    html = page(client, queued("Hello", state="held"))

    assert "Collecting for digest: Hello |" in html


def test_it_says_what_happened_and_what_happens_next(client, sign_in, failed):
    sign_in("retry_notification")

    html = page(client, failed())

    assert "550 no such user. Nothing more happens by itself.</span>" in html


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_who_may_not_act_reads_whom_to_ask_until_it_is_reviewed(client, sign_in, queued, state):
    sign_in()

    assert "Ask an operator." in page(client, queued(state=state))
    assert "Ask an operator." not in page(client, queued(state=state, reviewed_at=NOW))
    assert "Ask an operator." not in page(client, queued(state="sent"))


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        *(({"state": state}, "2 admins.") for state in ("queued", "held")),
        ({"state": "merged"}, "Those of its digest."),
        ({"state": "suppressed"}, "Nobody."),
        (
            {"state": "sent", "recipients": ["a@x.org"]},
            "a@x.org ✓ Accepted by the mail server, ",
        ),
        (
            {"state": "partial", "recipients": ["a@x.org"], "refused": {"a@x.org": "550 no"}},
            "a@x.org ✕ Refused 550 no",
        ),
        (
            {
                "state": "queued",
                "sent_at": NOW,
                "recipients": ["a@x.org"],
                "remaining": ["b@x.org"],
            },
            "b@x.org ↻ Not reached yet it is tried again",
        ),
        ({"state": "uncertain", "recipients": ["a@x.org"]}, "a@x.org ○ Not reached"),
    ],
)
def test_it_says_what_became_of_each_recipient(client, sign_in, queued, fields, outcome):
    sign_in()

    assert outcome in part(page(client, queued(**fields)), "Recipients")


def test_it_links_its_kind_for_whoever_may_see_kinds(client, sign_in, queued):
    policy = policies.of(kinds.NEW_SEARCH_TERM)
    row = queued()

    sign_in("view_kindpolicy")
    linked = page(client, row)
    client.logout()
    sign_in()
    named = page(client, row)

    assert f'href="{KINDS}{policy.pk}/change/"' in linked
    assert f'href="{KINDS}{policy.pk}/change/"' not in named
    assert "Kind New search term" in part(named, "About")


def test_a_copy_and_its_original_link_each_other(client, sign_in, queued):
    user = sign_in()
    original = queued(state="sent")
    copy = services.resend_copy(original, user, "token")

    assert f'href="{page_of(copy)}"' in page(client, original)
    assert f'href="{page_of(original)}"' in page(client, copy)
    assert "Copy of" in part(page(client, copy), "About")


def test_who_reviewed_it_and_what_they_noted_stands_there(client, sign_in, failed):
    user = sign_in()
    row, quiet = failed(), failed()
    services.mark_reviewed([row.pk], user, "Ann has left.")
    services.mark_reviewed([quiet.pk], user)

    assert re.search(
        f"Reviewed {user.username}, .*: Ann has left.", part(page(client, row), "About")
    )
    assert f"Reviewed {user.username}, " in part(page(client, quiet), "About")


def test_it_opens_with_the_text_of_the_mail_escaped(client, sign_in, queued):
    sign_in()

    html = page(client, queued("A subject", "<b>Dune</b>"))

    assert "<bdi>A subject</bdi>" in html
    assert "&lt;b&gt;Dune&lt;/b&gt;" in html


def test_its_html_stands_in_a_frame_that_can_do_nothing(client, sign_in, queued):
    sign_in()
    row = queued()

    answer = client.get(page_of(row), {"tab": "html"})

    assert (
        f'src="{page_of(row, "html")}" title="The mail as HTML" sandbox>' in answer.content.decode()
    )
    assert "frame-src 'self'" in answer["Content-Security-Policy"]


def test_the_headers_are_those_it_is_sent_with(client, sign_in, queued):
    sign_in()
    row = queued()

    html = words(page(client, row, "headers"))

    assert f"Message-ID {row.message_id}" in html
    assert f"X-Notification-Id {row.uuid}" in html
    assert "Subject [Django] New Search Term" in html


def without_text(row: Notification) -> Notification:
    Notification.objects.filter(pk=row.pk).update(text="", html="")
    return row


@pytest.mark.parametrize("tab", ["text", "html", "headers"])
def test_of_a_text_that_retention_removed_it_says_so(client, sign_in, queued, tab):
    sign_in()

    html = page(client, without_text(queued(state="sent")), tab)

    assert "Text removed after 45 days; the envelope is kept." in html
    assert "mail.eml" not in html


@pytest.mark.parametrize("tab", ["text", "html", "headers"])
def test_of_a_text_that_could_not_be_made_it_says_why(client, sign_in, failed, tab):
    sign_in()
    row = without_text(failed())
    Notification.objects.update(reason="The text could not be made: no template.")

    html = page(client, row, tab)

    assert '<p class="empty-list">The text could not be made: no template.</p>' in html


def test_a_mail_without_html_says_so(client, sign_in, queued):
    sign_in()
    row = queued()
    Notification.objects.update(html="")

    assert "It has text only." in page(client, row, "html")


def test_without_admins_there_are_no_headers_and_no_file(client, sign_in, queued, settings):
    settings.ADMINS = []
    sign_in()

    html = page(client, queued(), "headers")

    assert "This reaches nobody: ADMINS is empty." in html
    assert "mail.eml" not in html


def test_the_attempts_say_when_how_and_why_they_ended_the_newest_first(client, sign_in, queued):
    sign_in()
    notification, now = queued(), timezone.now()
    attempts = notification.attempt_log
    ended = now + timedelta(seconds=4.2)
    attempts.create(
        number=1, outcome="temporary", phase="connect", error="451 <later>", ended_at=ended
    )
    attempts.update(started_at=now)
    attempts.create(number=2, worker="web-1:42")

    table = page(client, notification, "attempts").partition("record-tabs")[2]

    assert table.index("Started") < table.index("Refused for now")
    assert "451 &lt;later&gt;" in table
    assert "before the text was handed over" in table
    assert "4.2 s" in table
    assert "web-1:42" in table


def test_what_was_never_tried_says_so(client, sign_in, queued):
    sign_in()

    assert "Nobody has tried to mail it." in page(client, queued(), "attempts")


def test_more_attempts_than_are_shown_are_not_hidden(client, sign_in, queued, monkeypatch):
    monkeypatch.setattr(mail_parts, "ROWS", 2)
    sign_in()
    notification = queued()
    for number in range(2):
        notification.attempt_log.create(number=number)

    assert "The newest 2 attempts." not in page(client, notification, "attempts")

    notification.attempt_log.create(number=2)

    assert "The newest 2 attempts." in page(client, notification, "attempts")


def test_a_digest_and_its_members_link_each_other(client, sign_in, new):
    sign_in()
    members = [new(state="held", about_text=f"dune {number}") for number in range(2)]
    digests.close_window(kinds.NEW_SEARCH_TERM)
    digest = Notification.objects.get(origin="digest")

    of_digest = page(client, digest, "members")
    of_member = page(client, members[0])

    for member in members:
        assert f'href="{page_of(member)}"><bdi>{member.about_text}</bdi>' in of_digest
    assert "Mailed in 2 new search terms" in part(of_member, "About")
    assert "?tab=members" not in of_member


def test_of_a_large_digest_the_rest_is_one_click_away(client, sign_in, new, monkeypatch):
    monkeypatch.setattr(mail_parts, "ROWS", 2)
    sign_in()
    for _ in range(3):
        new(state="held")
    digests.close_window(kinds.NEW_SEARCH_TERM)
    digest = Notification.objects.get(origin="digest")

    html = page(client, digest, "members")
    address = re.search(r'href="([^"]*digest__exact=[^"]*)"', html)[1]

    assert "The first 2." in words(html)
    assert client.get(address).context["cl"].result_count == 3


def test_a_digest_without_members_says_that_none_is_kept(client, sign_in, queued):
    sign_in()

    assert "Nothing of it is kept any more." in page(client, queued(origin="digest"), "members")


def test_the_address_of_its_history_leads_to_its_page(client, sign_in, queued):
    sign_in()
    row = queued()

    assert client.get(page_of(row, "history")).url == f"{page_of(row)}?tab=history"


def test_ids_are_folded_away(client, sign_in, failed):
    sign_in()
    notification = failed()

    details = page(client, notification).partition("<summary>Technical details</summary>")[2]

    assert notification.dedup_key in details
    assert str(notification.uuid) in details
    assert "Lease" in details
