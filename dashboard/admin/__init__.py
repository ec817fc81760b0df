"""Dress what other packages register, and put the pages of several rooms in their places."""

# All of these register first, whatever the order of the apps, so that ours can take the place.
import django_celery_results.admin  # noqa: F401
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import admin as auth_admin  # noqa: F401
from django.contrib.auth.models import Group, User
from django_celery_results.models import GroupResult, TaskResult

import movies.admin  # noqa: F401
import notifications.admin  # noqa: F401
from dashboard.admin.audit import AuditAdmin
from dashboard.admin.errors import ErrorGroupAdmin
from dashboard.admin.lock_outs import LockOutAdmin
from dashboard.admin.people import GroupAdmin, UserAdmin
from dashboard.admin.rooms import FilmPage, NotificationPage, RefillPage, SearchPage, TermPage
from dashboard.admin.task_groups import GroupResultAdmin
from dashboard.admin.tasks import TaskRecordAdmin
from dashboard.models import ErrorGroup, LockOut, TaskRecord
from movies.models import Movie, Refill, Search, SearchTerm
from notifications.models import Notification

PAGES = {
    Group: GroupAdmin,
    GroupResult: GroupResultAdmin,
    Movie: FilmPage,
    Notification: NotificationPage,
    Refill: RefillPage,
    Search: SearchPage,
    SearchTerm: TermPage,
    User: UserAdmin,
}

for model, page in PAGES.items():
    admin.site.unregister(model)
    admin.site.register(model, page)

# Its records take its place; what the package adds to its page some day comes in nowhere.
admin.site.unregister(TaskResult)
admin.site.register(TaskRecord, TaskRecordAdmin)
admin.site.register(ErrorGroup, ErrorGroupAdmin)
admin.site.register(LockOut, LockOutAdmin)
admin.site.register(LogEntry, AuditAdmin)
