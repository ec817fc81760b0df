from django.apps import AppConfig
from django.core import checks


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from notifications import kinds, receivers
        from notifications.checks import somebody_is_told

        kinds.register_own()
        receivers.connect()
        # The System page shows what bears this tag.
        checks.register(somebody_is_told, "marquee")
