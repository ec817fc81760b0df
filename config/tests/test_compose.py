"""The containers run what the Procfile runs."""

import re

from config.environment import BASE_DIR


def read(name: str) -> str:
    return (BASE_DIR / name).read_text()


def test_containers_run_the_workers_and_beat_of_the_procfile():
    commands = [line.split(": ", 1)[1] for line in read("Procfile").splitlines()]
    celery = [command for command in commands if command.startswith("celery")]

    assert len(celery) == 3
    assert re.findall(r"command: (celery .*)", read("compose.yaml")) == celery


def test_every_folder_of_the_product_is_in_the_image():
    copied = set(re.findall(r"^COPY (\w+) \w+$", read("Dockerfile"), re.MULTILINE))
    let_in = set(re.findall(r"^!(\w+)$", read(".dockerignore"), re.MULTILINE))

    assert copied == let_in
    assert copied == {"config", "dashboard", "movies", "notifications", "static", "templates"}
