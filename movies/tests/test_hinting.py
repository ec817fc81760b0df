"""How a batch of any size is handed to the workers: a few messages, each followed by the next."""

import json

import pytest
from django.utils import timezone

from movies import filling, services, tasks
from movies.hinting import WINDOW, hint
from movies.models import Refill, RefillItem
from movies.queueing import waiting
from movies.tests.films import films

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def refill(broker) -> Refill:
    """A batch of more films than are handed out at once."""
    return services.refill(films(lacking=WINDOW + 3, complete=0))


def keys() -> list[int]:
    return list(RefillItem.objects.order_by("pk").values_list("pk", flat=True))


def test_a_batch_is_handed_out_by_the_window(broker, refill):
    assert waiting("bulk") == WINDOW


def test_who_ends_an_item_hands_out_the_next(broker, refill):
    items = keys()

    filling.run_item(items[0], tasks.fill_refill_item)
    filling.run_item(items[1], tasks.fill_refill_item)

    assert waiting("bulk") == WINDOW + 2
    refill.refresh_from_db()
    assert refill.hinted_to == items[WINDOW + 1]


def test_who_finds_nothing_to_do_hands_out_nothing(broker, refill):
    first = keys()[0]
    filling.run_item(first, tasks.fill_refill_item)

    assert filling.run_item(first, tasks.fill_refill_item) == "not mine"
    assert waiting("bulk") == WINDOW + 1


def test_a_batch_comes_to_its_end_by_the_messages_alone(broker, refill):
    done = 0
    while message := broker.rpop("bulk"):
        body = json.loads(message)
        filling.run_item(int(body["headers"]["argsrepr"][1:-2]), tasks.fill_refill_item)
        done += 1

    refill.refresh_from_db()
    assert done == WINDOW + 3
    assert refill.finished_at is not None
    assert refill.ended == refill.films == WINDOW + 3


def test_a_batch_that_is_held_up_meanwhile_hands_out_nothing_more(broker, refill):
    item = RefillItem.objects.claim(keys()[0])
    Refill.objects.update(paused_at=timezone.now())

    filling.Ending(item, tasks.fill_refill_item).end("changed")

    assert waiting("bulk") == WINDOW
    assert hint(refill.pk, tasks.fill_refill_item) == 0
