"""What machines ask, at the root of the site."""

from django.urls import path

from dashboard.system import endpoints

app_name = "system"
urlpatterns = [
    path("readyz", endpoints.readyz, name="readyz"),
    path("metrics", endpoints.metrics, name="metrics"),
]
