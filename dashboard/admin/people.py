"""Users and groups, for Administrators."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from dashboard import services
from movies import filters, formats
from movies.admin.records import ListAdmin, column
from movies.labels import label

# Only a superuser hands these out.
SUPERUSER_FIELDS = ("is_superuser", "user_permissions")
# Documentation and migrations name them.
BUILT_IN = ("Viewers", "Operators", "Administrators")
# Beside the fields, in place of Django's words.
HELP = {
    "groups": "Whoever is in a group may sign in here and do what the group may.",
    "is_staff": "May sign in here. Whoever is in a group always may, while active.",
}
ADDED = ("username", "usable_password", "password1", "password2")


def rights_of(user: Any) -> QuerySet[Permission]:
    """Return what a user was given, signed in or not: what they may hand on."""
    if user.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(user=user) | Q(group__user=user)).distinct()


def exceeds(rights: QuerySet[Permission], user: Any) -> bool:
    """Return whether something among `rights` is not the user's own."""
    return rights.exclude(pk__in=rights_of(user)).exists()


def may_hand_on(group: Group | None, user: Any) -> bool:
    """Return whether the user holds all that `group` gives."""
    return group is None or not exceeds(group.permissions.all(), user)


def dismiss(request: HttpRequest, members: list[User]) -> None:
    """Take staff access from members who are in no group any more, and say from whom."""
    gone = services.dismiss(members, cast(User, request.user))
    if gone:
        names = ", ".join(map(str, gone))
        messages.warning(request, f"{names}: not staff any more, since no group is left.")


class GroupFilter(filters.ChoiceFilter):
    title = "group"
    parameter_name = "group"
    field = "groups"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Group.objects.values_list("pk", "name")]


class AccessFilter(filters.ChoiceFilter):
    title = "access"
    parameter_name = "access"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("active", "May sign in"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(is_active=self.value() == "active")


class UserAdmin(BaseUserAdmin, ListAdmin):  # type: ignore[type-arg]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "roles", "state", "signed_in")
    list_filter = (GroupFilter, AccessFilter)
    search_help_text = "Username, name or mail"
    filter_horizontal = ("user_permissions",)
    list_after_template = "admin/children.html"
    children = (("Lock-outs", "admin:dashboard_lockout_changelist"),)
    actions = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request)
        return users.prefetch_related(Prefetch("groups", Group.objects.order_by("name")))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        told = ("last_login", "date_joined")
        if request.user.is_superuser:
            return told
        groups = () if request.user.has_perm("auth.change_group") else ("groups",)
        return (*told, *SUPERUSER_FIELDS, *groups)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        groups = () if "groups" in self.get_readonly_fields(request) else ("groups",)
        words = "A new user is asked for a password of their own at the first sign-in."
        return ((None, {"fields": (*ADDED[:1], *groups, *ADDED[1:]), "description": words}),)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in HELP:
            kwargs["help_text"] = HELP[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            others = Permission.objects.exclude(pk__in=rights_of(request.user))
            kwargs["queryset"] = Group.objects.exclude(permissions__in=others).order_by("name")
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request=request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            services.expect_another_password(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        user = form.instance
        was_member = user.groups.exists()
        super().save_related(request, form, formsets, change)
        services.admit_members(user)
        # Who ticks the one while emptying the other means it.
        if was_member and not ("is_staff" in form.changed_data and user.is_staff):
            dismiss(request, [user])

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Remember a password that is set for somebody else; one's own nobody else knows."""
        user = self.get_object(request, unquote(id))
        if request.method != "POST" or user in (None, request.user):
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            after = User.objects.get(pk=user.pk)
            if after.password != user.password:
                services.expect_another_password(after)
        return response

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse whoever may do more: with a new password one could sign in as them."""
        allowed: bool = super().has_change_permission(request, obj)
        if obj is None or request.user.is_superuser:
            return allowed
        return allowed and not obj.is_superuser and not exceeds(rights_of(obj), request.user)

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


class GroupAdmin(BaseGroupAdmin, ListAdmin):
    list_display = ("name", "people", "rights")
    actions = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        groups: QuerySet[Group] = super().get_queryset(request)
        return groups.annotate(
            user_count=Count("user", distinct=True),
            right_count=Count("permissions", distinct=True),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name",) if obj is not None and obj.name in BUILT_IN else ()

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Offer only the permissions that the reader may hand on."""
        kwargs["queryset"] = rights_of(request.user)
        return super().formfield_for_manytomany(db_field, request=request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and may_hand_on(obj, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        built_in = obj is not None and obj.name in BUILT_IN
        return allowed and not built_in and may_hand_on(obj, request.user)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        members = list(obj.user_set.all())
        super().delete_model(request, obj)
        dismiss(request, members)

    @column("people", is_number=True)
    def people(self, group: Any) -> SafeString:
        return formats.with_unit(group.user_count, "person", "people")

    @column("permissions", is_number=True)
    def rights(self, group: Any) -> SafeString:
        return formats.with_unit(group.right_count, "permission")
