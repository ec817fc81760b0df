"""Figures of searches and films, folded from the rows of the other rooms.

Days and hours are those of the site's TIME_ZONE. `left_out` are the searches of staff and
bots, and those for hidden terms.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from movies.models import SearchTerm

# Below these a (day, term) is in none of the partial indexes; dashboard.ranks.leaders proves with
# them that no term outside can be among the first.
BUSY = 5
EMPTY = 3


class TermDay(models.Model):
    """The searches of one term on one site day."""

    pk = models.CompositePrimaryKey("day", "term_id")
    day = models.DateField()
    term = models.ForeignKey(
        SearchTerm, on_delete=models.PROTECT, related_name="days", db_index=False
    )
    # What the term is merged into; empty of a term that stands for itself. Without a constraint:
    # the database would look at every row before it adds one.
    root = models.ForeignKey(
        SearchTerm,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    searches = models.PositiveIntegerField(db_default=0)
    from_cache = models.PositiveIntegerField(db_default=0)
    nothing_found = models.PositiveIntegerField(db_default=0)
    not_answered = models.PositiveIntegerField(db_default=0)
    first_time = models.PositiveIntegerField(db_default=0)
    left_out_searches = models.PositiveIntegerField(db_default=0)
    left_out_from_cache = models.PositiveIntegerField(db_default=0)
    left_out_nothing_found = models.PositiveIntegerField(db_default=0)
    left_out_not_answered = models.PositiveIntegerField(db_default=0)
    left_out_first_time = models.PositiveIntegerField(db_default=0)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["term", "day"], name="term_day_term"),
            # Of the few that are merged alone, so that it costs nobody else anything.
            models.Index(
                fields=["root", "day"], name="term_day_root", condition=Q(root__isnull=False)
            ),
            models.Index(
                fields=["day", "term", "searches", "left_out_searches"],
                name="term_day_busy",
                condition=Q(searches__gte=BUSY) | Q(left_out_searches__gte=BUSY),
            ),
            models.Index(
                fields=["day", "term", "nothing_found", "left_out_nothing_found"],
                name="term_day_empty",
                condition=Q(nothing_found__gte=EMPTY) | Q(left_out_nothing_found__gte=EMPTY),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.term_id}"


class Totals(models.Model):
    """All searches of a stretch of time, those in the figures and those left out apart."""

    left_out = models.BooleanField()
    searches = models.PositiveIntegerField(db_default=0)
    # Answered with films and without asking OMDb.
    from_cache = models.PositiveIntegerField(db_default=0)
    # Answered without a film, whatever the outcome.
    nothing_found = models.PositiveIntegerField(db_default=0)
    not_answered = models.PositiveIntegerField(db_default=0)
    # First searches of a term ever.
    first_time = models.PositiveIntegerField(db_default=0)
    # The eight outcomes.
    cached = models.PositiveIntegerField(db_default=0)
    fetched = models.PositiveIntegerField(db_default=0)
    nothing_new = models.PositiveIntegerField(db_default=0)
    not_found = models.PositiveIntegerField(db_default=0)
    too_many = models.PositiveIntegerField(db_default=0)
    over_budget = models.PositiveIntegerField(db_default=0)
    refused = models.PositiveIntegerField(db_default=0)
    failed = models.PositiveIntegerField(db_default=0)
    # Films that OMDb returned to searches that asked it, and those of them not held before.
    films_returned = models.PositiveIntegerField(db_default=0)
    new_films = models.PositiveIntegerField(db_default=0)

    class Meta:
        abstract = True
        default_permissions = ()


class HourTotals(Totals):
    """The searches of one hour of the site's clock, by the moment at which it began."""

    pk = models.CompositePrimaryKey("hour", "left_out")
    hour = models.DateTimeField()

    class Meta(Totals.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.hour)


class DayTotals(Totals):
    """The searches of one site day.

    Of a left-out row, `terms` and `searchers` are those that the other row does not have, so
    that the two rows add up.
    """

    pk = models.CompositePrimaryKey("day", "left_out")
    day = models.DateField()
    terms = models.IntegerField(db_default=0)
    searchers = models.IntegerField(db_default=0)
    # Whether retention has removed its terms and hours, at least those there were by then.
    only_totals = models.BooleanField(db_default=False)

    class Meta(Totals.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.day)


class ActorDay(models.Model):
    """That somebody searched on a site day; kept only while that day's searches are."""

    pk = models.CompositePrimaryKey("day", "actor")
    day = models.DateField()
    actor = models.CharField(max_length=32)
    searches = models.PositiveIntegerField(db_default=0)
    left_out_searches = models.PositiveIntegerField(db_default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class FilmDay(models.Model):
    """How many films were held and complete when a site day was last looked at."""

    day = models.DateField(primary_key=True)
    held = models.PositiveIntegerField()
    complete = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class RollUp(models.Model):
    """What the read models are of; one row, whose lock lets one fold run at a time."""

    # Every search finished before it is in the figures.
    figures_to = models.DateTimeField(null=True, blank=True)
    # Counts what was written under its lock: what was read before is true while it stays.
    revision = models.PositiveBigIntegerField(default=0)
    # Counts how often searches that are not counted yet may have come to count as something else:
    # a term was hidden or shown again, or a search is no longer its term's first.
    hidings = models.PositiveIntegerField(default=0, db_default=0)
    # The zone whose days were folded, when that changed last, and whether rows of another one are
    # still there.
    time_zone = models.CharField(max_length=64)
    zone_changed_at = models.DateTimeField(null=True, blank=True)
    needs_rebuild = models.BooleanField(default=False)
    # The last day that the rebuild under way has put right; empty before its first.
    rebuilt_to = models.DateField(null=True, blank=True)
    # Retention has removed raw searches before it: days that began earlier are frozen.
    raw_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"to {self.figures_to}"

    @property
    def is_moving(self) -> bool:
        """Whether hours and days are still put right, or moved into another time zone."""
        return self.needs_rebuild or self.time_zone != settings.TIME_ZONE


class Snapshot(models.Model):
    """The term tables of one period against another, worked out by the roll-up."""

    # Both periods and who is in it, as dashboard.periods writes it.
    key = models.CharField(max_length=60, unique=True)
    first = models.DateField()
    last = models.DateField()
    # The first day of the compared period, which has as many days; empty for none.
    before = models.DateField(null=True, blank=True)
    # Whether staff and bots are in it.
    everyone = models.BooleanField(default=False)
    # Worked out at first when it is null.
    figures_to = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(default=0)
    wanted_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    # When staff last changed what its tables show of terms: to be worked out again, at once.
    outdated_at = models.DateTimeField(null=True, blank=True)
    # All searches of both periods, and their distinct terms; `whole_` leaves the day that is
    # still running, and the compared day, out.
    searches = models.PositiveIntegerField(default=0)
    searches_before = models.PositiveIntegerField(default=0)
    terms = models.PositiveIntegerField(default=0)
    whole_terms = models.PositiveIntegerField(default=0)
    whole_terms_before = models.PositiveIntegerField(default=0)
    # The 95 % interval of the ratio of searches a day, on complete days; null without a base.
    volume_low = models.FloatField(null=True, blank=True)
    volume_high = models.FloatField(null=True, blank=True)
    # The first rows of each table, as in Board.
    heads = models.JSONField(default=dict)
    # What dashboard.completeness.kept keeps of the period; empty before the first time.
    completeness = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class Worklist(models.Model):
    """What lacks of a snapshot's most searched terms, the most wanted first."""

    snapshot = models.OneToOneField(Snapshot, on_delete=models.CASCADE, related_name="worklist")
    # Each as dashboard.worklist.lacking.Lack.
    rows = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Worklist of {self.snapshot_id}"


class Board(models.Model):
    """One term table of a snapshot: at most a thousand rows, the first one first."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="boards")
    table = models.CharField(max_length=10)
    rows = models.JSONField(default=list)
    # All terms that belong into the table, and what the measure it is ranked by adds up to.
    terms = models.PositiveIntegerField(default=0)
    whole = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "table"], name="a_table_once"),
        ]

    def __str__(self) -> str:
        return self.table
