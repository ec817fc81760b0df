"""Those who do the work: the workers, the queues that they serve, and beat."""

from datetime import datetime

from dashboard.flow import beat as beats
from dashboard.flow.workers import Worker, queues_without_worker, workers
from dashboard.system.lines import Figure, Line, broken, fine, unknown
from movies.formats import counted, duration

COMMAND = "celery -A config worker"


def workers_are_heard(now: datetime) -> Line:
    found = workers(now)
    alive = [worker for worker in found if worker.is_alive]
    means = "Workers that told of themselves lately"
    measured = (Figure("marquee_workers_alive", means, len(alive)),)
    lost = [worker for worker in found if worker.is_silent and not _is_replaced(worker, alive)]
    if lost:
        return broken(
            f"{', '.join(worker.name for worker in lost)} silent",
            since=min(worker.at for worker in lost),
            by_itself="what was being done is run again by others, and nothing is lost.",
            you_can=f"restart what is silent: {COMMAND}.",
            figures=measured,
        )
    if not alive:
        return unknown(
            "none is heard of",
            by_itself="work waits in its rows, and nothing is lost.",
            you_can=f"start one: {COMMAND}.",
            figures=measured,
        )
    if others := [worker.name for worker in alive if worker.is_other_version]:
        return broken(
            f"{', '.join(others)} on other code than this web server",
            by_itself="nothing.",
            you_can="restart the workers and the web server.",
            figures=measured,
        )
    return fine(f"{counted(len(alive), 'is', 'are')} heard of", figures=measured)


def _is_replaced(lost: Worker, alive: list[Worker]) -> bool:
    """Return whether one that started later does its work; its name may be another.

    Of two that both should run, the loss of the older is not told here: Flow names it, and what
    waits too long is. Worse were a site called broken for a day because its successor came early.
    """
    return any(
        worker.started_at > lost.started_at and set(worker.queues) >= set(lost.queues)
        for worker in alive
    )


def queues_are_served(now: datetime) -> Line:
    found = workers(now)
    left = queues_without_worker(found)
    if not left:
        return fine("each is served")
    # Since the last that served one of them was heard of.
    served = [worker.at for worker in found if set(worker.queues) & set(left)]
    return broken(
        f"nobody serves {', '.join(left)}",
        since=max(served, default=None),
        by_itself="what is queued there waits, and nothing is lost.",
        you_can="start a worker that serves them.",
    )


def beat(now: datetime) -> Line:
    found = beats.beat(now)
    facts = {
        "by_itself": "nothing is started by the clock, and the next tick does what was left.",
        "you_can": "start it: celery -A config beat.",
    }
    if found is None:
        return unknown("not heard of", **facts)
    if found.stopped_at:
        return broken("stopped", since=found.stopped_at, **facts)
    if found.is_silent:
        return broken("silent", since=found.at, **facts)
    return fine(f"ticked {duration((now - found.at).total_seconds())} ago")
