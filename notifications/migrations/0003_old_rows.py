"""Give the rows of before what the outbox asks of them."""

from django.db import migrations
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from notifications import sites


def adopt(apps, schema_editor):
    Notification = apps.get_model("notifications", "Notification")
    Attempt = apps.get_model("notifications", "Attempt")
    numbers = Attempt.objects.filter(notification=OuterRef("pk")).order_by().values("notification")
    last = Subquery(numbers.annotate(last=Max("number")).values("last"))
    Notification.objects.update(tries=Coalesce(last, 0), site=sites.name())
    # What was being mailed had passed; nobody has asked a policy about it.
    Notification.objects.filter(state__in=("queued", "sending")).update(passed_at=F("created_at"))
    # Nobody wrote down how far it had come: it may have arrived.
    Notification.objects.filter(state="sending").update(phase="data")
    # A sent one said only in its reason whom it was refused for.
    refused = Notification.objects.filter(state="sent").exclude(reason="")
    refused.update(state="partial", has_refused=True)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_outbox")]

    operations = [migrations.RunPython(adopt, migrations.RunPython.noop)]
