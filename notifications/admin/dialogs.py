"""The questions that are asked before something is mailed, stopped or muted."""

import uuid
from datetime import timedelta
from functools import cached_property
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import Http404
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from movies.formats import clock, counted
from notifications import policies
from notifications.models import KindPolicy, Notification
from notifications.outcomes import MAX_ATTEMPTS

UNTIL = "until"
UNMUTE = "unmute"
LONGEST_MUTE = timedelta(days=365)
HOW_LONG = {"hour": timedelta(hours=1), "day": timedelta(days=1)}


def admins() -> str:
    return counted(len(settings.ADMINS), "admin")


class MomentWidget(forms.DateTimeInput):
    """A moment as a browser asks for it, to the minute."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%dT%H:%M")


class Question(BaseDialogForm):
    """A question in words that name what is at stake; its title and its button are one."""

    stay = "Not now"

    # A question may word it by what it is about.
    button: Any = ""

    @property
    def title(self) -> str:
        return f"{self.button}?"

    def asked_about(self, model: type[Model]) -> Any:
        # An id that is no number is that of no row.
        found = admin.site.get_model_admin(model).get_object(self.request, str(self.object_id))
        if found is None:
            raise Http404
        return found

    @cached_property
    def notification(self) -> Notification:
        return cast(Notification, self.asked_about(Notification))

    @property
    def to_the_rest(self) -> str:
        """Return whom alone it is mailed to; empty if that is everybody."""
        if not self.notification.sent_at:
            return ""
        rest = sorted({*self.notification.remaining, *self.notification.refused})
        return f"It is mailed to {', '.join(rest)} alone: everybody else has it."


class RetryQuestion(Question):
    button = "Retry this notification"
    stay = "Leave it as it is"

    @property
    def description(self) -> str:
        return self.to_the_rest or (
            f"The same mail goes to {admins()}, in up to {MAX_ATTEMPTS} attempts."
        )


class SendNowQuestion(Question):
    button = "Send this notification now"
    stay = "Let it wait"

    @property
    def description(self) -> str:
        return self.to_the_rest or (
            f"It is mailed to {admins()} by itself, whatever the policy of its kind says."
        )


class CopyQuestion(Question):
    """Its token tells one press from two: the same question sends one copy."""

    stay = "Send no copy"
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    @property
    def button(self) -> str:
        return f"Send a copy to {admins()}"

    @property
    def description(self) -> SafeString | str:
        at = self.notification.sent_at
        return format_html("The first was sent {}.", clock(at)) if at else ""


class CancelQuestion(Question):
    button = "Cancel this notification"
    description = "It is not mailed, and stays in the log."
    stay = "Keep it"


class SettleQuestion(Question):
    ARRIVED, AGAIN = "arrived", "again"
    button = "Did it arrive"
    description = "We sent it but got no reply."
    answers = ((ARRIVED, "It arrived"), (AGAIN, "Send the same mail again"))

    def clean(self) -> dict[str, Any]:
        cleaned = cast(dict[str, Any], super().clean())
        cleaned["answer"] = self.data.get("answer")
        if cleaned["answer"] not in dict(self.answers):
            raise forms.ValidationError("Choose one of the answers.")
        return cleaned


class ReviewQuestion(Question):
    button = "Mark this notification as reviewed"
    description = "It leaves the list of what needs somebody, for everybody. Nothing is sent."
    stay = "Keep it on the list"
    note = forms.CharField(
        max_length=300,
        required=False,
        label="Note (optional)",
        widget=UnfoldAdminTextInputWidget,
    )


class TestQuestion(Question):
    """Its token tells one press from two, as a copy's does."""

    description = "It says whether mail arrives; it is not about any kind."
    stay = "Send no test"
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    @property
    def button(self) -> str:
        return f"Send a test to {admins()}"


class Muting(forms.Form):
    """For how long a kind is to be silent; `until` is by the site's clock."""

    durations = (("hour", "For 1 hour"), ("day", "For 1 day"), (UNTIL, "Until"))
    how_long = forms.ChoiceField(
        label="How long",
        choices=durations,
        initial="hour",
        widget=UnfoldAdminRadioSelectWidget,
    )
    until = forms.DateTimeField(required=False, widget=MomentWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].label = f"Until, by the clock of {settings.TIME_ZONE}"

    def clean(self) -> dict[str, Any]:
        """Work out the moment; None for mailing it again."""
        cleaned = cast(dict[str, Any], super().clean())
        chosen, until, now = cleaned.get("how_long"), cleaned.get("until"), timezone.now()
        if chosen in HOW_LONG:
            # In whole minutes, as moments are shown and typed.
            cleaned["until"] = (now + HOW_LONG[chosen]).replace(second=0, microsecond=0)
        elif chosen == UNMUTE:
            cleaned["until"] = None
        elif until is None or not now < until < now + LONGEST_MUTE:
            self.add_error("until", "Choose a moment within the next 365 days.")
        return cleaned


class MuteQuestion(Muting, Question):
    """Asks for how long; of a kind that is muted also whether to mail it again."""

    description = "Meanwhile it is written down and not mailed, and not made up for later."
    stay = "Leave it as it is"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.policy.is_muted(timezone.now()):
            how_long = cast(forms.ChoiceField, self.fields["how_long"])
            how_long.choices = [*self.durations, (UNMUTE, "No longer: mail it again")]

    @cached_property
    def policy(self) -> KindPolicy:
        return policies.of(self.notification.kind)

    @property
    def button(self) -> str:
        return f"Mute “{self.policy}”"


class MuteThisQuestion(MuteQuestion):
    """The same, asked on the page of the kind itself."""

    @cached_property
    def policy(self) -> KindPolicy:
        return cast(KindPolicy, self.asked_about(KindPolicy))
