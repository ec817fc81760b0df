"""Celery's doors to the work modules. Each task takes one id, and may run twice without harm."""

from celery import shared_task

from movies import filling, searching, sweeping


@shared_task
def run_search(search_id: int) -> str:
    """Run one search; return its outcome."""
    return searching.run(search_id)


@shared_task
def fill_refill_item(item_id: int) -> str:
    """Fill the film of one re-fill item; return the item's state."""
    return filling.run_item(item_id, fill_refill_item)


@shared_task(ignore_result=True)
def sweep() -> str | None:
    """Find the searches and re-fill items whose hint was lost, and hint again."""
    return sweeping.sweep(run_search, fill_refill_item)
