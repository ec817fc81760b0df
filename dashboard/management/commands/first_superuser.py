"""Let the first person in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from dashboard import services


class Command(BaseCommand):
    help = (
        "Create the superuser 'admin' with a random password, printed this once and to be "
        "changed at the first sign-in. Does nothing when there is a superuser already. "
        "Example: manage.py first_superuser"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            password = services.create_first_superuser()
        except IntegrityError:
            raise CommandError(
                f"The name '{services.FIRST_USERNAME}' is taken by somebody who is no superuser. "
                "Run: manage.py createsuperuser"
            ) from None
        if password is None:
            if options["verbosity"]:
                self.stdout.write("There is a superuser already; nothing was changed.")
            return
        self.stdout.write("The first superuser, to be changed at the first sign-in:")
        self.stdout.write(f"  username: {services.FIRST_USERNAME}")
        self.stdout.write(f"  password: {password}")
