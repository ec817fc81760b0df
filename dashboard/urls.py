"""The addresses under /admin/ that belong to no model."""

from django.contrib import admin
from django.urls import path

from dashboard import sidebar
from movies.admin.records import live

app_name = "dashboard"

urlpatterns = [path("search/", live(admin.site, sidebar.search), name="search")]
