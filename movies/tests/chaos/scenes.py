"""What happens to batches: each scene is one, and ends with what must hold then."""

import threading
from collections.abc import Callable, Iterator

from django.db import connection

from movies import batches, calls
from movies.models import OmdbDay, Refill
from movies.tests.chaos.stage import Gate, Stage


def workers_are_killed(stage: Stage) -> Iterator[Gate]:
    refill, kills = stage.batch(), stage.plan.kills
    for number in range(1, kills + 1):
        stage.until_ended(refill, number * stage.plan.films // (kills + 1))
        stage.until(stage.crew.are_at_work)
        stage.crew.kill_one()
    stage.until_finished(refill)
    yield from stage.all_changed_once(refill, repeats=kills)


def redis_is_lost(stage: Stage) -> Iterator[Gate]:
    refill = stage.batch()
    stage.until_ended(refill, stage.plan.films // 3)
    stage.lose_redis()
    stage.until_finished(refill)
    yield from stage.all_changed_once(refill)


def budget_ends(stage: Stage) -> Iterator[Gate]:
    budget = calls.budget()
    half = stage.plan.films // 2
    calls.today().update(calls=budget.limit - budget.reserved - half)
    refill = stage.batch()
    stage.until(lambda: _is_out_of_budget(refill))
    stage.until_nothing_runs(refill)
    made = sum(stage.calls().values())
    yield Gate(made == refill.changed == half, f"{made} calls until the budget ended, of {half}")
    yield Gate(not refill.failed, f"{refill.failed} films failed for want of it")
    OmdbDay.objects.update(calls=0)
    stage.until_finished(refill)
    yield from stage.all_changed_once(refill)


def _is_out_of_budget(refill: Refill) -> bool:
    refill.refresh_from_db()
    return refill.out_of_budget_at is not None


def two_cancel_it(stage: Stage) -> Iterator[Gate]:
    refill = stage.batch()
    stage.until_ended(refill, stage.plan.films // 3)
    done = _both_press(lambda: bool(batches.cancel_rest(refill, stage.user)))
    stage.until_finished(refill)
    made = sum(stage.calls().values())
    yield Gate(done == [False, True], f"{sum(done)} of 2 who pressed cancelled")
    yield Gate(
        refill.ended + refill.cancelled == refill.films and bool(refill.cancelled),
        f"{refill.ended} films done, {refill.cancelled} cancelled, of {refill.films}",
    )
    yield Gate(made == refill.changed, f"{made} calls for {refill.changed} films")


def _both_press(press: Callable[[], bool]) -> list[bool]:
    """Press twice at the same moment; return what each press did."""
    both, done = threading.Barrier(2), []

    def work() -> None:
        both.wait()
        done.append(press())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(done)


def it_is_paused_while_all_workers_start_again(stage: Stage) -> Iterator[Gate]:
    refill = stage.batch()
    stage.until_ended(refill, stage.plan.films // 4)
    batches.pause(refill, stage.user)
    stage.until_nothing_runs(refill)
    before = sum(stage.calls().values())
    for _ in range(stage.plan.workers):
        stage.crew.kill_one()
    stage.until(stage.crew.are_at_work)
    for _ in range(20):
        stage.look()
    after = sum(stage.calls().values())
    yield Gate(before == after < refill.films, f"{after - before} calls while it was paused")
    batches.resume(refill, stage.user)
    stage.until_finished(refill)
    yield from stage.all_changed_once(refill)


SCENES = (
    workers_are_killed,
    redis_is_lost,
    budget_ends,
    two_cancel_it,
    it_is_paused_while_all_workers_start_again,
)
