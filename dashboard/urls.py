"""The addresses under /admin/ that belong to no model."""

from django.contrib import admin
from django.urls import path

from dashboard import palette, wiring
from dashboard.completeness import page as completeness
from dashboard.files import exports
from dashboard.flow import flow_page, schedule_page
from dashboard.front import home
from dashboard.signing_in import pages
from dashboard.system import page as system
from dashboard.term_pages import compare, terms
from dashboard.worklist import fetch_page
from dashboard.worklist import page as worklist
from movies.admin.records import live

app_name = "dashboard"

guarded = admin.site.admin_view

urlpatterns = [
    path("completeness/", live(admin.site, completeness.page), name="completeness"),
    path("completeness.csv", guarded(exports.completeness_csv), name="completeness_csv"),
    path("completeness.json", guarded(exports.completeness_json), name="completeness_json"),
    path("flow/", live(admin.site, flow_page.page), name="flow"),
    path("schedule/", live(admin.site, schedule_page.page), name="schedule"),
    path("schedule/<slug:name>/run/", guarded(schedule_page.run), name="run_now"),
    path("signals/", guarded(wiring.page), name="signals"),
    path("system/", guarded(system.page), name="system"),
    path("system/lines/", live(admin.site, system.lines), name="system_lines"),
    path("system/self-test/", guarded(system.self_test), name="self_test"),
    path("search/", live(admin.site, palette.search), name="search"),
    path("terms/", live(admin.site, terms.terms), name="terms"),
    path("terms/compare/", guarded(compare.compare), name="compare"),
    path("worklist/", live(admin.site, worklist.page), name="worklist"),
    path("worklist.csv", guarded(worklist.csv), name="worklist_csv"),
    path("worklist.json", guarded(worklist.json), name="worklist_json"),
    path("worklist/fetch/", guarded(fetch_page.fetch), name="fetch_rest"),
    path("password_change/", guarded(pages.change_own), name="change_own_password"),
    path("password/forgotten/", pages.forgotten, name="forgotten"),
    path("password/mailed/", pages.link_mailed, name="link_mailed"),
    path("password/done/", pages.password_is_new, name="password_is_new"),
    path(
        "password/<uidb64>/<token>/",
        pages.NewPassword.as_view(reset_url_token="new"),  # noqa: S106 - part of an address
        name="new_password",
    ),
    path("figures/", live(admin.site, home.figures), name="figures"),
    path("figures.csv", guarded(exports.figures_csv), name="csv"),
    path("figures.json", guarded(exports.figures_json), name="json"),
    path("terms.csv", guarded(exports.terms_csv), name="terms_csv"),
    path("terms.json", guarded(exports.terms_json), name="terms_json"),
    path("compare.csv", guarded(exports.compare_csv), name="compare_csv"),
    path("compare.json", guarded(exports.compare_json), name="compare_json"),
    path("term/<int:pk>.csv", guarded(exports.term_csv), name="term_csv"),
    path("term/<int:pk>.json", guarded(exports.term_json), name="term_json"),
]
