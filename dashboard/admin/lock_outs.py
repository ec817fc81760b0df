"""Lock-outs: who may not try to sign in, from where and until when, and letting them again."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from dashboard.models import LockOut
from dashboard.signing_in import locking
from movies import filters, formats
from movies.admin.parts import Record, Tab, history, link, person
from movies.admin.records import RecordAdmin, column
from movies.labels import label
from notifications.admin import bounds

PAGE = "dashboard_lockout"


class HoldingFilter(filters.ChoiceFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("locked", "Locked now")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset & LockOut.objects.holding(timezone.now()) if self.value() else queryset


class LockOutAdmin(RecordAdmin):
    list_display = ("who", "address", "state", "locked")
    list_filter = (HoldingFilter,)
    list_name = "Lock-outs"
    list_select_related = ("user", "unlocked_by")
    search_fields = ("user__username", "address")
    search_help_text = "Username or address"
    sortable_by = ()
    paginator = bounds.Pages
    change_form_template = "admin/lock_out.html"
    empty_list = "Nobody was locked out in 90 days."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.unlock))
        return [path("<int:pk>/unlock/", view, name=f"{PAGE}_unlock"), *super().get_urls()]

    def may_unlock(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("dashboard.unlock_lockout"))

    def unlock(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let everybody at that address try again, and lead back."""
        if not self.may_unlock(request):
            raise PermissionDenied
        lock_out = cast(LockOut | None, self.get_object(request, str(pk)))
        if lock_out is None:
            raise Http404
        if locking.unlock(lock_out, cast(User, request.user)):
            words = format_html("Unlocked: {}.", link(lock_out, lock_out.who))
            messages.success(request, words)
        else:
            lock_out.refresh_from_db()
            messages.info(request, _already(lock_out))
        return HttpResponseRedirect(reverse(f"admin:{PAGE}_change", args=[pk]))

    @column("who")
    def who(self, lock_out: LockOut) -> str:
        return lock_out.who

    @column("state")
    def state(self, lock_out: LockOut) -> SafeString:
        if lock_out.unlocked_at:
            at = formats.clock(lock_out.unlocked_at)
            return label("rest", "Unlocked", _by(lock_out, at))
        if lock_out.until <= timezone.now():
            return label("rest", "Over", format_html("since {}", formats.clock(lock_out.until)))
        return label("look", "Locked", format_html("until {}", formats.clock(lock_out.until)))

    @column("locked")
    def locked(self, lock_out: LockOut) -> SafeString:
        return formats.moment(lock_out.locked_at)

    def record(self, request: HttpRequest, lock_out: LockOut) -> Record:
        is_held = LockOut.objects.holding(timezone.now()).filter(pk=lock_out.pk).exists()
        may = is_held and self.may_unlock(request)
        unlock = reverse(f"admin:{PAGE}_unlock", args=[lock_out.pk]) if may else ""
        return Record(
            title=f"{lock_out.who}, from {lock_out.address}",
            label=self.state(lock_out),
            sentence="It ends by itself." if is_held else "",
            facts=(
                ("Locked", formats.moment(lock_out.locked_at)),
                ("Until", formats.moment(lock_out.until)),
                ("From", lock_out.address),
            ),
            extra={"unlock": unlock},
        )

    def tabs(self, request: HttpRequest, lock_out: LockOut) -> list[Tab]:
        return [Tab("history", "History", lambda: history(lock_out))]


def _by(lock_out: LockOut, at: SafeString) -> SafeString:
    return format_html("by {}, {}", person(lock_out.unlocked_by), at)


def _already(lock_out: LockOut) -> SafeString:
    """Return what whoever comes late reads: that somebody was first, or that it is over."""
    if lock_out.unlocked_at is None:
        return format_html("Nothing needed to be done: it ended {}.", formats.clock(lock_out.until))
    return format_html("Already done {}.", _by(lock_out, formats.clock(lock_out.unlocked_at)))
