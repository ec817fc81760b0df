"""A notification's mail by itself: as HTML in a frame that can do nothing, and as a file."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from notifications import mail
from notifications.models import Notification

# Nothing runs, nothing is fetched, and what is in it is of no origin.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# A mail may follow the reader's dark screen; here it is seen on paper.
PAPER = "<head><style>:root { color-scheme: only light; background: #fff; }</style>"


class MailViews(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        def view(address: str, method: Any, name: str) -> Any:
            guarded = self.admin_site.admin_view(require_safe(method))
            return path(address, guarded, name=f"notifications_notification_{name}")

        return [
            view("<path:object_id>/html/", xframe_options_sameorigin(self.html), "html"),
            view("<path:object_id>/mail.eml", self.eml, "eml"),
            *super().get_urls(),
        ]

    def html(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the mail as HTML, as no more than ink."""
        html = self._viewed(request, object_id).html
        if not html:
            raise Http404
        paper = html.replace("<head>", PAPER, 1)
        return HttpResponse(paper, headers={"Content-Security-Policy": SANDBOX})

    def eml(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the mail as it would be sent now, to be opened by a mail program."""
        notification = self._viewed(request, object_id)
        source = mail.source(notification) if notification.has_text else b""
        if not source:
            raise Http404
        name = f"notification-{notification.pk}.eml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(source, content_type="message/rfc822", headers=headers)

    def _viewed(self, request: HttpRequest, object_id: str) -> Notification:
        if not self.has_view_permission(request):
            raise PermissionDenied
        notification = self.get_object(request, object_id)
        if notification is None:
            raise Http404
        return cast(Notification, notification)
