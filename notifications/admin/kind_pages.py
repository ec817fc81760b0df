"""Kinds of notifications: how each is delivered, and the switch that silences it."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import action

from movies import formats
from movies.admin.parts import link, may_view
from movies.admin.records import ListAdmin, column, lead_to
from notifications import kinds, policies, services
from notifications.admin import muting
from notifications.admin.answers import answer_policy
from notifications.admin.dialogs import MomentWidget, MuteThisQuestion, TestQuestion
from notifications.admin.muting import Testing
from notifications.models import Delivery, KindPolicy, Notification


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none when it runs
    """The policy of a kind, in plain words."""

    muted_until = forms.DateTimeField(
        required=False,
        widget=MomentWidget,
        help_text="Until then it is written down and not mailed. Empty: not muted. "
        "By the site's clock.",
    )

    class Meta:
        model = KindPolicy
        fields = (
            "enabled",
            "muted_until",
            "delivery",
            "digest_minutes",
            "rate_per_hour",
            "expiry_hours",
            "ambiguous",
        )
        labels = {
            "enabled": "Switched on",
            "delivery": "When it is mailed",
            "digest_minutes": "A digest collects for (minutes)",
            "rate_per_hour": "Single mails an hour, at most",
            "expiry_hours": "Given up after (hours)",
            "ambiguous": "When no reply came",
        }
        help_texts = {
            "enabled": "Off: it is written down, and never mailed.",
            "delivery": "At once, in one mail with others of its kind, or never: only in the log.",
            "digest_minutes": "Counted from the first that is collected.",
            "rate_per_hour": "What is more than that within an hour is collected in a digest.",
            "expiry_hours": "What could not be mailed in so many hours is old news.",
            "ambiguous": "The mail server took it and hung up without a word: it may have arrived.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What counts as changed is what the reader changed: a form left open must not undo what
        # a colleague did meanwhile.
        for field in self.fields.values():
            field.show_hidden_initial = True


class KindPolicyAdmin(Testing, ListAdmin):
    form = PolicyForm
    list_name = "Kinds of notifications"
    list_display = ("label", "delivered", "muted", "rate", "last_one", "switch")
    list_display_links = ("label",)
    actions = ()
    actions_list = ("send_test",)
    actions_detail = ("mute", "send_test_here")
    sortable_by = ()
    narrowed_by = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_mute_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(self.has_change_permission(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.switch_kind))
        name = "notifications_kindpolicy_switch"
        return [path("<int:pk>/switch/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """List every kind that is registered, also those that nothing was written of yet."""
        if self.has_view_permission(request):
            known = set(KindPolicy.objects.values_list("kind", flat=True))
            for kind in kinds.registered():
                if kind.name not in known:
                    policies.of(kind.name)
        return cast(HttpResponse, super().changelist_view(request, extra_context))

    def get_queryset(self, request: HttpRequest) -> QuerySet[KindPolicy]:
        newest = Notification.objects.filter(kind=OuterRef("kind")).order_by("-created_at", "-id")
        rows: QuerySet[KindPolicy] = super().get_queryset(request)
        return rows.annotate(last_id=Subquery(newest.values("pk")[:1]))

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        keys = [row.last_id for row in rows if row.last_id]
        visible = Notification.objects.without_bodies() if may_view(request, Notification) else None
        last = visible.in_bulk(keys) if visible is not None else {}
        for row in rows:
            row.last = last.get(row.last_id)
            row.may_switch = self.has_change_permission(request)

    @column("kind")
    def label(self, policy: KindPolicy) -> str:
        return str(policy)

    @column("delivery")
    def delivered(self, policy: KindPolicy) -> str:
        if not policy.enabled:
            return "Switched off: written down only"
        if policy.delivery == Delivery.DIGEST:
            return f"In a digest every {formats.duration(policy.window.total_seconds())}"
        return str(policy.get_delivery_display())

    @column("muted until")
    def muted(self, policy: KindPolicy) -> SafeString:
        if not policy.is_muted(timezone.now()):
            return formats.NOTHING
        return format_html(
            '<span class="unit">muted until </span>{}', formats.moment(policy.muted_until)
        )

    @column("most an hour", is_number=True)
    def rate(self, policy: KindPolicy) -> SafeString:
        if policy.delivery != Delivery.NOW:
            return formats.NOTHING
        return formats.with_unit(policy.rate_per_hour, "an hour", "an hour")

    @column("last notification")
    def last_one(self, policy: Any) -> SafeString:
        if policy.last is None:
            return formats.NOTHING
        return link(policy.last, formats.moment(policy.last.created_at))

    @column("switch")
    def switch(self, policy: Any) -> SafeString:
        """Return the switch: a button of the list's own form, which says what it will do."""
        words = "On" if policy.enabled else "Off"
        if not policy.may_switch:
            return SafeString(words)
        return format_html(
            '<button class="switch" role="switch" aria-checked="{}" aria-label="{}" name="to"'
            ' value="{}" formaction="{}">{}</button>',
            "true" if policy.enabled else "false",
            f"{policy} is mailed",
            "off" if policy.enabled else "on",
            reverse("admin:notifications_kindpolicy_switch", args=[policy.pk]),
            words,
        )

    def switch_kind(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Switch a kind on or off, as the button said; the same twice is once."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        policy, to = KindPolicy.objects.filter(pk=pk).first(), request.POST.get("to")
        if policy is None or to not in ("on", "off"):
            raise Http404
        done = services.switch(policy.kind, cast(User, request.user), on=to == "on")
        answer_policy(request, f"Switched {to}", policy, done, f"Switched {to}.")
        return redirect("admin:notifications_kindpolicy_changelist")

    def save_model(self, request: HttpRequest, obj: KindPolicy, form: Any, change: bool) -> None:
        """Write what was changed and nothing else: somebody may have muted it meanwhile."""
        obj.save(update_fields=[*form.changed_data, "changed_at"])

    @action(
        description="Mute",
        icon="notifications_off",
        permissions=["mute"],
        dialog={"title": "Mute", "form_class": MuteThisQuestion},
    )
    def mute(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        muting.mute(request, form)
        return _back_to(request, form.policy)

    @action(
        description="Send a test",
        url_path="test",
        icon="outgoing_mail",
        permissions=["view", "test"],
        dialog={"title": "Send a test", "form_class": TestQuestion},
    )
    def send_test_here(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        return self.send_test_from(request, form)


def _back_to(request: HttpRequest, policy: KindPolicy) -> HttpResponse:
    url = reverse("admin:notifications_kindpolicy_change", args=[policy.pk])
    return lead_to(request, url)
