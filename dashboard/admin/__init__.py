"""Dress what other packages register, and put the pages of several rooms in their places."""

# All three register first, whatever the order of the apps, so that ours can take the place.
import django_celery_results.admin  # noqa: F401
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401
from django.contrib.auth.models import Group, User
from django_celery_results.models import GroupResult, TaskResult

import movies.admin  # noqa: F401
from dashboard.admin.people import GroupAdmin, UserAdmin
from dashboard.admin.rooms import FilmPage, RefillPage, TermPage
from dashboard.admin.task_groups import GroupResultAdmin
from dashboard.admin.tasks import TaskRecordAdmin
from dashboard.models import TaskRecord
from movies.models import Movie, Refill, SearchTerm

PAGES = {
    Group: GroupAdmin,
    GroupResult: GroupResultAdmin,
    Movie: FilmPage,
    Refill: RefillPage,
    SearchTerm: TermPage,
    User: UserAdmin,
}

for model, page in PAGES.items():
    admin.site.unregister(model)
    admin.site.register(model, page)

# Its records take its place; what the package adds to its page some day comes in nowhere.
admin.site.unregister(TaskResult)
admin.site.register(TaskRecord, TaskRecordAdmin)
