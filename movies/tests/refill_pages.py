"""The question about a re-fill, its answer, and the live part of its page."""

import uuid

from django.urls import reverse

from movies.models import Refill

FILMS = reverse("admin:movies_movie_changelist")
START = reverse("admin:movies_movie_refill")


def ask(client, pks: list[int]) -> str:
    data = {"action": "refill_selected", "_selected_action": pks}
    return client.post(FILMS, data).content.decode()


def start(client, pks: list[int], *, choice: str = "incomplete", token: object = None, **more):
    answer = {
        "films": ",".join(map(str, pks)),
        "choice": choice,
        "token": token or uuid.uuid4(),
        **more,
    }
    return client.post(START, answer, follow=True)


def watch(client, refill: Refill, **query: object) -> str:
    url = reverse("admin:movies_refill_progress", args=[refill.pk])
    return client.get(url, query, headers={"HX-Request": "true"}).content.decode()
