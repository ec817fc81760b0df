"""One thing to say, from its event to the answer of the mail server."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.cleaning import SUBJECT_LENGTH, clean_address
from notifications.querysets import UNSEEN, NotificationQuerySet
from notifications.states import Phase, State

ABOUT_LENGTH = 300


class Origin(models.TextChoices):
    """Who had it written down."""

    SIGNAL = "signal", "Signal"
    RECONCILER = "reconcile", "Reconciler"
    DIGEST = "digest", "Digest"
    STAFF = "manual", "Staff"
    TEST = "test", "Test"


class Notification(models.Model):
    """One thing to say: written with the event it is about, delivered later.

    Its Message-ID, date and text never change, so that a mail that has to be sent again is the
    same mail to the last byte.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=50)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.SIGNAL)
    # The same event twice is one row.
    dedup_key = models.CharField(max_length=200)
    # The site it was written on: a copy of the database on another one mails nothing.
    site = models.CharField(max_length=200, blank=True)
    content_type = models.ForeignKey(
        ContentType, null=True, blank=True, on_delete=models.SET_NULL, db_index=False
    )
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("content_type", "object_id")
    # What the object was called then: it survives the object.
    about_text = models.CharField(max_length=ABOUT_LENGTH, blank=True)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=255)

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    reason = models.TextField(blank=True, help_text="Why it is in this state.")
    # When its kind's policy let it be mailed; until then it is not looked at by the relay.
    passed_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Of those that count towards the most there may be; a try by staff begins anew.
    attempts = models.PositiveIntegerField(default=0)
    # All there ever were: the number of the last attempt.
    tries = models.PositiveIntegerField(default=0, editable=False)
    # How often it was sent again though it may have arrived.
    repeats = models.PositiveIntegerField(default=0, editable=False)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    phase = models.CharField(max_length=10, choices=Phase, blank=True, editable=False)

    recipients = models.JSONField(default=list, blank=True)
    # Whom it is still to be mailed to, where others have it already; nobody means all.
    remaining = models.JSONField(default=list, blank=True)
    # Address: the words that it was refused with for good.
    refused = models.JSONField(default=dict, blank=True)
    has_refused = models.BooleanField(default=False, editable=False)

    digest = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="members",
        db_index=False,
    )
    resent_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="copies",
        db_index=False,
    )
    created_at = models.DateTimeField("written", default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    review_note = models.CharField(max_length=300, blank=True)

    objects = NotificationQuerySet.as_manager()

    State = State

    class Meta:
        ordering = ("-created_at", "-id")
        default_permissions = ("view",)
        permissions = [
            ("retry_notification", "Can retry, resend and cancel notifications"),
            ("review_notification", "Can mark a notification as reviewed"),
        ]
        constraints = [
            # Not of the fields: PostgreSQL would keep a second index of each, for a LIKE.
            models.UniqueConstraint(fields=["dedup_key"], name="notification_once_an_event"),
            models.UniqueConstraint(fields=["message_id"], name="notification_message_id"),
            models.CheckConstraint(condition=Q(state__in=State), name="notification_state"),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease__isnull=False)
                | ~Q(state=State.SENDING) & Q(lease=None),
                name="notification_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(State.SENT, State.PARTIAL)) | Q(sent_at__isnull=False),
                name="notification_sent_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="notification_newest"),
            models.Index(fields=["kind", "-created_at", "-id"], name="notification_kind"),
            models.Index(fields=["state", "-created_at", "-id"], name="notification_state"),
            models.Index(fields=["content_type", "object_id"], name="notification_about"),
            # What is read all the time is read from small indexes. Each begins with the state that
            # its condition names already, or SQLite would go by the state of all rows instead.
            models.Index(
                fields=["state", "next_attempt_at", "id"],
                name="notification_due",
                condition=Q(state=State.QUEUED, passed_at__isnull=False),
            ),
            models.Index(
                fields=["state", "id"],
                name="notification_unsorted",
                condition=Q(state=State.QUEUED, passed_at=None),
            ),
            models.Index(
                fields=["state", "id"],
                name="notification_leased",
                condition=Q(state=State.SENDING),
            ),
            models.Index(
                fields=["state", "kind", "next_attempt_at"],
                name="notification_held",
                condition=Q(state=State.HELD),
            ),
            models.Index(
                fields=["state", "expires_at"],
                name="notification_expiring",
                condition=Q(state=State.QUEUED, expires_at__isnull=False),
            ),
            models.Index(
                fields=["kind", "passed_at"],
                name="notification_passed",
                condition=Q(passed_at__isnull=False),
            ),
            models.Index(
                fields=["state", "id"],
                name="notification_needs_review",
                condition=UNSEEN,
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="notification_refused",
                condition=Q(has_refused=True),
            ),
            # Of the few that have one: of all, SQLite would think that most share theirs.
            models.Index(
                fields=["digest", "-created_at", "-id"],
                name="notification_members",
                condition=Q(digest__isnull=False),
            ),
            models.Index(
                fields=["resent_from"],
                name="notification_copies",
                condition=Q(resent_from__isnull=False),
            ),
            # Most are of signals: nobody looks for these by their origin alone.
            models.Index(
                fields=["origin", "-created_at", "-id"],
                name="notification_origin",
                condition=~Q(origin=Origin.SIGNAL),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.about_text}" if self.about_text else self.subject

    @property
    def not_mailed_again(self) -> set[str]:
        """Return who has it already or was refused for good, if others are yet to be mailed to.

        Whoever became an admin since is one of the others. The addresses are as mail servers are
        told them: so they refuse them, and older rows have others.
        """
        if not self.remaining:
            return set()
        return {*map(clean_address, self.recipients)} - {*map(clean_address, self.remaining)}

    @property
    def is_due(self) -> bool:
        passed = self.state == State.QUEUED and self.passed_at is not None
        return passed and self.next_attempt_at <= timezone.now()

    @property
    def has_text(self) -> bool:
        return bool(self.text or self.html)
