"""What was out of the ordinary, from when to when: it is told of, and marked on charts."""

from django.db import models
from django.db.models import Q


class Incident(models.Model):
    """One time that something was out of the ordinary; open, without an end, while it is."""

    class Kind(models.TextChoices):
        SPIKE = "spike", "Spike of searches"
        SURGE = "nothing_found_surge", "Nothing found surges"
        SILENCE = "silence", "Nobody searches"
        OMDB = "omdb_errors", "OMDb errors"
        # No mail: it is over when a worker is there to write it down.
        OUTAGE = "outage", "No worker ran"

    kind = models.CharField(max_length=30, choices=Kind)
    began_at = models.DateTimeField()
    # When it was last seen to be so.
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # What it came to, in a few words.
    words = models.CharField(max_length=200)
    # Keys of the terms that make it up, where these are known.
    terms = models.JSONField(default=list)
    # The site day on which it was mailed and which of the day's mails it was; null for no mail.
    told_on = models.DateField(null=True, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "began_at"], name="an_incident_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(ended_at=None), name="one_open_incident_a_kind"
            ),
            # Whatever runs twice or at once, a day has one first and one second mail of a kind.
            models.UniqueConstraint(fields=["kind", "told_on", "number"], name="a_mail_of_a_day"),
        ]
        indexes = [models.Index(fields=["began_at"], name="incident_began")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"
