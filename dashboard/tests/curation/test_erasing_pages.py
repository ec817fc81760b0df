"""Erasing a term from its page."""

import pytest
from django.urls import reverse

from dashboard.tests.curation.terms import SECRET
from dashboard.tests.rows import search
from movies.models import Search, SearchTerm

pytestmark = pytest.mark.django_db


def address(term: SearchTerm, name: str = "erase") -> str:
    return reverse(f"admin:movies_searchterm_{name}", args=[term.pk])


def test_staff_type_the_term_and_read_who_was_first(admin_client, secret):
    asked = admin_client.get(address(secret)).content.decode()
    assert "This cannot be undone." in asked
    for typed, words in (("dune", "That is another term."), ("x" * 9999, "too long")):
        answered = admin_client.post(address(secret), {"_form_submitted": "True", "typed": typed})
        assert words in answered.content.decode()
    data = {"_form_submitted": "True", "typed": SECRET.upper()}

    answered = admin_client.post(address(secret), data, follow=True).content.decode()

    assert "Erased. Its searches are counted under" in answered
    assert "What it said is forgotten since" in answered
    assert "Search again" not in answered
    assert "Merge into" not in answered
    again = admin_client.post(address(secret), data, follow=True).content.decode()
    assert "Already done by admin" in again


def test_staff_read_why_a_term_is_not_erased(admin_client, secret):
    search(SECRET, outcome="")
    data = {"_form_submitted": "True", "typed": SECRET}

    answered = admin_client.post(address(secret), data, follow=True).content.decode()

    assert "A search for it has not ended" in answered
    assert Search.objects.filter(term__term=SECRET).count() == 2
