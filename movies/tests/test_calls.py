import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies import calls
from movies.models import OmdbDay
from movies.omdb_errors import LimitReached, TooManyResults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ten_calls_a_day(settings) -> None:
    settings.OMDB_DEMO = False
    settings.OMDB_DAILY_LIMIT = 10


def refuse() -> None:
    """Make a call that OMDb answers by "Request limit reached!"."""
    spending = calls.Spending(calls.spend_for_visitor)
    spending()
    with pytest.raises(LimitReached), spending.heard():
        raise LimitReached


def spend_all() -> None:
    for _ in range(10):
        calls.spend_for_visitor()


def test_a_fresh_day_has_all_its_calls():
    budget = calls.budget()

    assert (budget.limit, budget.used, budget.left, budget.reserved) == (10, 0, 10, 2)
    assert budget.left_for_refills == 8
    assert budget.opens_at > timezone.now()
    assert (budget.opens_at.hour, budget.opens_at.tzinfo) == (0, UTC)


def test_the_call_after_the_last_is_refused():
    spend_all()

    with pytest.raises(calls.OverBudget, match="used up"):
        calls.spend_for_visitor()
    assert calls.budget().used == 10


def test_refills_leave_the_last_fifth_to_visitors():
    for _ in range(8):
        calls.spend_for_refill()

    with pytest.raises(calls.OverBudget):
        calls.spend_for_refill()
    calls.spend_for_visitor()
    assert calls.budget().left_for_refills == 0


def test_a_spent_day_is_probed_once_an_hour_by_visitors_alone():
    spend_all()
    OmdbDay.objects.update(last_probe=timezone.now() - timedelta(minutes=61))

    with pytest.raises(calls.OverBudget):
        calls.spend_for_refill()
    calls.spend_for_visitor()
    with pytest.raises(calls.OverBudget):
        calls.spend_for_visitor()


def test_a_refusal_by_omdb_closes_the_day_until_a_probe_is_answered():
    refuse()
    assert calls.budget().left == 0
    with pytest.raises(calls.OverBudget):
        calls.spend_for_visitor()

    calls.Spending(calls.spend_for_visitor).remember_answer()

    assert calls.budget().left == 9
    calls.spend_for_visitor()


def test_a_new_omdb_day_is_open(monkeypatch):
    spend_all()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)

    calls.spend_for_visitor()

    assert calls.budget().used == 1


def test_the_omdb_day_is_utc_whatever_the_sites_zone(monkeypatch):
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)

    assert calls.budget().opens_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_the_demo_catalogue_costs_no_call(settings):
    settings.OMDB_DEMO = True

    for _ in range(11):
        calls.spend_for_visitor()
        calls.spend_for_refill()

    assert calls.budget().used == 0


@pytest.mark.django_db(transaction=True)
def test_no_number_of_processes_can_overspend():
    granted: list[int] = []

    def work() -> None:
        for _ in range(5):
            try:
                calls.spend_for_visitor()
            except calls.OverBudget:
                continue
            granted.append(1)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(granted) == 10
    assert calls.budget().used == 10


def test_a_process_keeps_one_client_for_the_same_settings(settings):
    settings.OMDB_API_KEY = "one"
    first = calls.client()
    assert calls.client() is first

    settings.OMDB_API_KEY = "two"

    assert calls.client() is not first


def test_a_refusal_that_arrives_after_midnight_closes_the_day_of_its_call(monkeypatch):
    spending = calls.Spending(calls.spend_for_visitor)
    spending()
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)

    with pytest.raises(LimitReached), spending.heard():
        raise LimitReached

    assert calls.budget().left == 10


def test_a_probe_that_is_answered_by_an_error_opens_the_day_too():
    refuse()

    with pytest.raises(TooManyResults), calls.Spending(calls.spend_for_visitor).heard():
        raise TooManyResults

    assert not calls.budget().is_refused


def test_an_answer_of_the_demo_catalogue_opens_no_day(settings):
    refuse()
    settings.OMDB_DEMO = True

    calls.Spending(calls.spend_for_visitor).remember_answer()

    assert calls.budget().is_refused


def test_while_omdb_refuses_a_refill_looks_again_within_the_hour():
    spend_all()
    budget = calls.budget()
    assert budget.refills_open_at == budget.opens_at

    OmdbDay.objects.update(refused_at=timezone.now())

    soon = timezone.now() + timedelta(minutes=61)
    assert calls.budget().refills_open_at <= min(soon, budget.opens_at)
