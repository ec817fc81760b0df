from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MoviesConfig(AppConfig):
    name = "movies"
    verbose_name = "Films and searches"

    def ready(self) -> None:
        from movies import trigrams

        post_migrate.connect(trigrams.install, sender=self, dispatch_uid="install_trigrams")
