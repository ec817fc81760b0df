"""The public pages."""

from django.urls import path

from movies import views

app_name = "movies"
urlpatterns = [
    path("", views.index, name="index"),
    path("searches/", views.create, name="searches"),
    path("searches/<uuid:uuid>/", views.results, name="results"),
    path("searches/<uuid:uuid>/progress/", views.progress, name="progress"),
    path("healthz", views.healthz, name="healthz"),
]
