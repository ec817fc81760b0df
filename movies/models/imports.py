"""Files of searches that were made elsewhere or earlier, and how far each was brought in."""

from django.db import models
from django.utils import timezone

# Of a file's bad lines so many are kept with their reasons; the rest is only counted.
BAD_LINES = 100


class Import(models.Model):
    """One file, known by its content: brought in once, whatever it is called."""

    name = models.CharField("file", max_length=255)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    # In bytes.
    size = models.PositiveBigIntegerField()
    # Who ran the command, as user@host.
    run_by = models.CharField(max_length=255)
    encoding = models.CharField(max_length=40)
    # Of moments in it that name none.
    time_zone = models.CharField(max_length=64)
    started_at = models.DateTimeField(default=timezone.now)
    # When the last batch of it was committed: from then on retention counts.
    written_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    # How far it is: bytes and lines read, each committed with the searches found in them.
    offset = models.PositiveBigIntegerField(default=0, editable=False)
    line = models.PositiveBigIntegerField(default=0)
    lines = models.PositiveBigIntegerField()
    searches = models.PositiveIntegerField(default=0)
    terms = models.PositiveIntegerField("new terms", default=0)
    # Lines that are no search, and the first of them: [[number, reason], ...].
    skipped = models.PositiveIntegerField(default=0)
    bad_lines = models.JSONField(default=list)
    # The first and the last search in the file.
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        # Who may see searches sees where they come from.
        default_permissions = ()
        ordering = ("-started_at", "-id")
        indexes = [models.Index(fields=["-started_at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    def earlier_of_its_time(self) -> "models.QuerySet[Import]":
        """Return the files begun before it with searches of the same time, the newest first."""
        return Import.objects.filter(
            started_at__lt=self.started_at, first_at__lte=self.last_at, last_at__gte=self.first_at
        )


class FormerFirst(models.Model):
    """When a term began before an import brought an earlier search; until it is taken back.

    See movies/firsts.py.
    """

    term = models.ForeignKey("movies.SearchTerm", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Term {self.term_id} at {self.at}"
