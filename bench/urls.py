"""The product's addresses, and the plain index page beside them."""

from django.urls import include, path

from bench import plain

urlpatterns = [
    path("plain/", plain.site.urls),
    path("", include("config.urls")),
]
