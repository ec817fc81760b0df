"""Who changes terms, and terms to change."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from dashboard.curation import hiding
from dashboard.rollup import folding
from dashboard.tests import rows
from dashboard.tests.curation.terms import MONDAY, SECRET
from dashboard.tests.rows import search
from movies.models import Hit, Origin, Outcome, SearchTerm


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("ann")


@pytest.fixture
def secret(user) -> SearchTerm:
    """A term whose text every room has written down."""
    made = search(SECRET, outcome=Outcome.FAILED, message=f"No answer for '{SECRET}'.")
    Hit.objects.create(term=made.term, movie=rows.film(), rank=1, seen_by=made.uuid)
    folding.fold()
    hiding.hide(made.term, user)
    hiding.show(made.term, user)
    return made.term


@pytest.fixture
def spam() -> SearchTerm:
    """A term with searches by everybody on two days, and another one beside it."""
    for day in range(2):
        at = MONDAY + timedelta(days=day)
        search("casino", at=at, actor="a", outcome=Outcome.NOT_FOUND)
        search("casino", at=at + timedelta(hours=1), actor="b", films_found=2)
        search("casino", at=at, actor="bot", is_bot=True)
        search("casino", at=at, origin=Origin.STAFF)
        search("dune", at=at, actor="a", films_found=1)
    folding.fold()
    return SearchTerm.objects.get(term="casino")
