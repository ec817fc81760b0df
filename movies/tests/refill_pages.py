"""The question about a re-fill, and its answer."""

import uuid

from django.urls import reverse

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
