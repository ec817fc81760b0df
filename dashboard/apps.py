from django.apps import AppConfig
from django.core import checks


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Dashboard"

    def ready(self) -> None:
        from dashboard import receivers
        from dashboard.alerts import kinds
        from dashboard.flow import recording
        from dashboard.sample.checks import no_real_key_for_sample_history
        from dashboard.system import dangers, probe

        receivers.connect()
        recording.connect()
        probe.register_kind()
        kinds.register()
        dangers.register()
        checks.register(no_real_key_for_sample_history, checks.Tags.database)
