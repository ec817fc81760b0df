"""Snapshots that a page asked for, and which of them are made."""

from dashboard.models import Snapshot
from dashboard.ranks import refreshing
from dashboard.tests.term_days import NOON, ago, period


def asked_for(view=None, now=NOON) -> Snapshot:
    return refreshing.row_of(view or period(5, last=ago(30)), now)[0]


def made(snapshot) -> bool:
    snapshot.refresh_from_db()
    return snapshot.figures_to is not None


def only(monkeypatch, *presets):
    monkeypatch.setattr(refreshing, "PRESETS", presets)
