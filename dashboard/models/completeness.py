"""How complete the cache was week by week, written down when each is over."""

from django.db import models


class CompletenessWeek(models.Model):
    """What is counted of one week of site days, from Monday on; a running one so far.

    Films are of its last day. What was not measured at the time is null: nobody can find out
    later how many films were held.
    """

    pk = models.CompositePrimaryKey("monday", "everyone")
    monday = models.DateField()
    # Whether staff and bots are in it.
    everyone = models.BooleanField()
    figures_to = models.DateTimeField()
    # To be counted once more, because days of it were put right.
    is_due = models.BooleanField(default=False)
    searches = models.PositiveIntegerField()
    first_time = models.PositiveIntegerField()
    films_returned = models.PositiveIntegerField()
    new_films = models.PositiveIntegerField()
    # Terms searched exactly once, and twice.
    once = models.PositiveIntegerField(null=True)
    twice = models.PositiveIntegerField(null=True)
    # As in dashboard.completeness.counting.
    with_films = models.PositiveIntegerField(null=True)
    held = models.FloatField(null=True)
    with_films_squares = models.PositiveBigIntegerField(null=True)
    films_held = models.PositiveIntegerField(null=True)
    films_complete = models.PositiveIntegerField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"week of {self.monday}"
