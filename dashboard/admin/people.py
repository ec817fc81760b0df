"""Users and groups, for Administrators."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from movies import filters, formats
from movies.admin.records import RecordList, column
from movies.labels import label

# Only a superuser hands these out, and only a superuser edits another one.
SUPERUSER_FIELDS = ("is_superuser", "user_permissions")


class GroupFilter(filters.ChoiceFilter):
    title = "group"
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Group.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(groups=self.value()) if self.value() else queryset


class AccessFilter(filters.ChoiceFilter):
    title = "access"
    parameter_name = "access"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("active", "May sign in"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(is_active=self.value() == "active")


class PeopleAdmin(ModelAdmin):
    list_filter_submit = True
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    empty_value_display = formats.NONE

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def prepare(self, rows: list[Any]) -> None:
        """Nothing is read beside the rows."""


class UserAdmin(BaseUserAdmin, PeopleAdmin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "roles", "state", "signed_in")
    list_filter = (GroupFilter, AccessFilter)
    search_help_text = "Username, name or mail"
    actions = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related(Prefetch("groups", Group.objects.order_by("name")))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        held = ("last_login", "date_joined")
        return held if request.user.is_superuser else (*held, *SUPERUSER_FIELDS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        allowed: bool = super().has_change_permission(request, obj)
        return allowed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # With a user Django would delete the log of what they did; access is closed instead.
        return False

    @column("name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or formats.NONE

    @column("groups")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "Superuser"
        return ", ".join(group.name for group in user.groups.all()) or formats.NONE

    @column("access")
    def state(self, user: User) -> SafeString:
        if not user.is_active:
            return label("rest", "Closed")
        return label("good", "Staff") if user.is_staff else label("rest", "Not staff")

    @column("last signed in", ordering="last_login")
    def signed_in(self, user: User) -> SafeString:
        return formats.moment(user.last_login)


class GroupAdmin(BaseGroupAdmin, PeopleAdmin):
    list_display = ("name", "people", "rights")
    actions = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(
            user_count=Count("user", distinct=True),
            right_count=Count("permissions", distinct=True),
        )

    @column("people", is_number=True)
    def people(self, group: Any) -> SafeString:
        words = "person" if group.user_count == 1 else "people"
        return _with_unit(group.user_count, words)

    @column("permissions", is_number=True)
    def rights(self, group: Any) -> SafeString:
        return _with_unit(group.right_count, "permissions")


def _with_unit(count: int, unit: str) -> SafeString:
    return format_html('{}<span class="unit"> {}</span>', formats.number(count), unit)
