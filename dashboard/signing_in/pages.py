"""The pages of a forgotten password, for who is not signed in, and that of one's own."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from unfold.widgets import INPUT_CLASSES, UnfoldAdminEmailInputWidget

from dashboard.signing_in import asking, resetting
from movies import clients

TEMPLATE = "admin/forgotten.html"
ASK = "Give your mail address, and a link to choose a new password is mailed to it."
MAILED = (
    "If somebody signs in here with that mail address, a link is on its way to it. It works once, "
    "within an hour. If nothing comes in five minutes, ask again, or ask an administrator."
)
TOO_OFTEN = "Too many links were asked for. Try again in an hour, or ask an administrator."
CHOOSE = "Choose a new password. You are then signed out everywhere else."
NO_LINK = "This link does not work any more: it works once, within an hour. Ask for another."
DONE = "Your new password is set. Sign in with it."


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="Mail address", max_length=254, widget=UnfoldAdminEmailInputWidget
    )


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = " ".join(INPUT_CLASSES)


def _page(request: HttpRequest, words: str, *, status: int = 200, **more: object) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "New password", "words": words}
    return TemplateResponse(request, TEMPLATE, context | more, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a mail address, and answer the same whoever has it."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        if asking.ask(form.cleaned_data["email"], clients.network(request)):
            return HttpResponseRedirect(reverse("dashboard:link_mailed"), status=303)
        form.add_error(None, TOO_OFTEN)
        status = 429
    return _page(request, ASK, status=status, form=form, button="Mail a link")


@require_safe
def link_mailed(request: HttpRequest) -> HttpResponse:
    return _page(request, MAILED)


@require_safe
def password_is_new(request: HttpRequest) -> HttpResponse:
    return _page(request, DONE)


class NewPassword(PasswordResetConfirmView):
    """Leads from the link to an address without its token, and asks for the password there."""

    template_name = TEMPLATE
    form_class = NewPasswordForm
    success_url = reverse_lazy("dashboard:password_is_new")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | admin.site.each_context(self.request)
        words = CHOOSE if self.validlink else NO_LINK
        more = {"words": words, "button": "Set this password", "again": not self.validlink}
        return context | more | {"title": "New password"}

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            resetting.settle(cast(User, form.user))
        return response


def change_own(request: HttpRequest) -> HttpResponse:
    """Answer as the admin's page does, and write down that the password was changed."""
    with transaction.atomic():
        response = admin.site.password_change(request)
        if isinstance(response, HttpResponseRedirect):
            user = cast(User, request.user)
            LogEntry.objects.log_actions(
                user.pk, [user], CHANGE, "Chose a new password.", single_object=True
            )
    return response
