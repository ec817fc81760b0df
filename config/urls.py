"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("movies.urls")),
    path("", include("dashboard.system.urls")),
    # First, to answer Ctrl+K and the change of one's own password before Unfold does.
    path("admin/", include("dashboard.urls")),
    path("admin/", admin.site.urls),
]

handler404 = "dashboard.front.missing.page_not_found"
handler500 = "dashboard.front.missing.server_error"
