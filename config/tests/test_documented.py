"""What the documents say can be done is known to `make verify`, which does it."""

import re

from django.core.management import get_commands

from config.environment import BASE_DIR
from config.tests.documented import OPERATIONS, commands, documents, is_run, of_make, of_manage
from config.tests.screenshots import FIRST_OF, OF_TROUBLE, PAGES, PICTURES

PICTURE = re.compile(r"!\[.*?\]\((?:docs/)?images/(\S+)\)")
RUN = [
    *commands(OPERATIONS, "On one machine."),
    *commands(OPERATIONS, "## Upgrade"),
    *commands(OPERATIONS, "SQLite under"),
    *commands(OPERATIONS, "**PostgreSQL**"),
    *commands(OPERATIONS, "**Then**"),
    *commands(BASE_DIR / "README.md"),
]


def test_every_command_of_a_document_is_run_or_said_not_to_be():
    for document in documents():
        for command in commands(document):
            assert command in RUN or not is_run(command), f"{document.name}: {command}"


def test_the_sections_that_are_run_have_commands():
    assert len(RUN) >= 12


def test_every_command_of_manage_that_is_named_exists():
    there = get_commands()
    for document in documents():
        for name in of_manage(document):
            assert name in there, f"{document.name}: manage.py {name}"


def test_every_command_of_make_that_is_named_exists_and_is_run_or_said_not_to_be():
    there = re.findall(r"^(\w+):.*## ", (BASE_DIR / "Makefile").read_text(), re.MULTILINE)
    for document in documents():
        for command in of_make(document):
            assert command.removeprefix("make ") in there, f"{document.name}: {command}"
            assert command in RUN or not is_run(command), f"{document.name}: {command}"


def test_every_picture_is_one_that_is_taken_anew():
    taken = {f"{name}.png" for name in ("search", *PAGES, *FIRST_OF, *OF_TROUBLE)}
    shown = {name for one in documents() for name in PICTURE.findall(one.read_text())}

    assert shown == taken == {path.name for path in PICTURES.iterdir()}
