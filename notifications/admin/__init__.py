"""What staff see of notifications: the log, the page of one, and the kinds."""

from django.contrib import admin

from notifications.admin.kind_pages import KindPolicyAdmin
from notifications.admin.log import NotificationAdmin
from notifications.models import KindPolicy, Notification

admin.site.register(Notification, NotificationAdmin)
admin.site.register(KindPolicy, KindPolicyAdmin)
