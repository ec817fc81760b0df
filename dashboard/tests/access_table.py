"""Who may open what: every address of the project, one line each or one for a kind of record.

A role sees what the roles before it see. Whoever adds an address adds it here.
"""

from django.urls import URLPattern, URLResolver, get_resolver

ROLES = ("anonymous", "stranger", "viewer", "operator", "administrator")
LOGIN = "sign in"

type Answers = tuple[int | str, ...]

# What each role is answered, in the order of ROLES. A stranger is staff without a right.
EVERYBODY = (200, 200, 200, 200, 200)
STAFF = (LOGIN, 200, 200, 200, 200)
VIEWERS = (LOGIN, 403, 200, 200, 200)
OPERATORS = (LOGIN, 403, 403, 200, 200)
ADMINISTRATORS = (LOGIN, 403, 403, 403, 200)
ADMINISTRATORS_DO = (LOGIN, 403, 403, 403, 302)
SUPERUSERS = (LOGIN, 403, 403, 403, 403)
POST_ONLY = (LOGIN, 405, 405, 405, 405)
OPERATORS_POST_ONLY = (LOGIN, 403, 403, 405, 405)
# Leads elsewhere and tells nothing, not even that the row exists.
STAFF_LED_ON = (LOGIN, 302, 302, 302, 302)
NOT_THERE = (LOGIN, 404, 404, 404, 404)


def pages_of(
    *models: str,
    seen_by: Answers,
    history: Answers | None = None,
    added_by: Answers = SUPERUSERS,
    removed_by: Answers = SUPERUSERS,
) -> dict[str, Answers]:
    """Return the six pages that the admin gives a model, as in `movies/movie`."""
    pages: dict[str, Answers] = {}
    for model in models:
        name = model.replace("/", "_")
        pages |= {f"admin:{name}_{page}": seen_by for page in ("changelist", "change")}
        pages[f"admin:{name}_history"] = history or seen_by
        pages[f"admin:{name}_add"] = added_by
        pages[f"admin:{name}_delete"] = removed_by
        pages[f"admin/{model}/<path:object_id>/"] = STAFF_LED_ON
    return pages


# What is asked before something is done with notifications.
QUESTIONS = [
    f"admin:notifications_notification_{question}"
    for question in (
        *("send_now", "retry", "settle", "copy", "cancel", "review", "mute", "send_test"),
    )
] + [
    f"admin:notifications_kindpolicy_{question}"
    for question in ("mute", "send_test", "send_test_here")
]

PAGES = {
    "movies:index": EVERYBODY,
    "movies:searches": (302, 302, 302, 302, 302),
    "movies:results": EVERYBODY,
    "movies:progress": EVERYBODY,
    "movies:healthz": EVERYBODY,
    # Nothing runs in these tests: no broker, no worker.
    "system:readyz": (503, 503, 503, 503, 503),
    "system:metrics": (401, 200, 200, 200, 200),
    "admin:index": STAFF,
    "admin:login": (200, 302, 302, 302, 302),
    "admin:logout": (302, 405, 405, 405, 405),
    "admin:password_change": STAFF,
    "dashboard:change_own_password": STAFF,
    "admin:password_change_done": STAFF,
    "admin:jsi18n": STAFF,
    "admin:search": STAFF,
    "dashboard:search": STAFF,
    "dashboard:figures": STAFF,
    "dashboard:completeness": VIEWERS,
    "dashboard:completeness_csv": VIEWERS,
    "dashboard:completeness_json": VIEWERS,
    "dashboard:signals": VIEWERS,
    "dashboard:flow": VIEWERS,
    "dashboard:schedule": VIEWERS,
    "dashboard:run_now": POST_ONLY,
    "dashboard:system": VIEWERS,
    "dashboard:system_lines": VIEWERS,
    "dashboard:self_test": OPERATORS,
    "dashboard:terms": VIEWERS,
    "dashboard:compare": VIEWERS,
    "dashboard:worklist": VIEWERS,
    "dashboard:worklist_csv": VIEWERS,
    "dashboard:worklist_json": VIEWERS,
    # Of no term it leads back.
    "dashboard:fetch_rest": (LOGIN, 403, 403, 302, 302),
    "dashboard:forgotten": EVERYBODY,
    "dashboard:link_mailed": EVERYBODY,
    "dashboard:password_is_new": EVERYBODY,
    "dashboard:new_password": EVERYBODY,
    "dashboard:csv": VIEWERS,
    "dashboard:json": VIEWERS,
    "dashboard:terms_csv": VIEWERS,
    "dashboard:terms_json": VIEWERS,
    # Without saying which terms.
    "dashboard:compare_csv": (LOGIN, 403, 400, 400, 400),
    "dashboard:compare_json": (LOGIN, 403, 400, 400, 400),
    "dashboard:term_csv": VIEWERS,
    "dashboard:term_json": VIEWERS,
    # Without saying what is to be completed.
    "admin:autocomplete": SUPERUSERS,
    "admin:view_on_site": NOT_THERE,
    "admin:app_list": (LOGIN, 404, 200, 200, 200),
    "admin/(?P<url>.*)$": NOT_THERE,
    **pages_of(
        "movies/genre",
        "movies/import",
        "movies/movie",
        "movies/refill",
        "movies/search",
        "movies/searchterm",
        "dashboard/errorgroup",
        "dashboard/taskrecord",
        "django_celery_results/groupresult",
        "notifications/notification",
        seen_by=VIEWERS,
        # A part of the record's own page.
        history=STAFF_LED_ON,
    ),
    **pages_of("notifications/kindpolicy", seen_by=VIEWERS),
    **pages_of(
        "auth/group",
        seen_by=ADMINISTRATORS,
        added_by=ADMINISTRATORS,
        removed_by=ADMINISTRATORS,
    ),
    **pages_of("auth/user", seen_by=ADMINISTRATORS, added_by=ADMINISTRATORS, removed_by=SUPERUSERS),
    "admin:auth_user_password_change": ADMINISTRATORS,
    **pages_of("dashboard/lockout", seen_by=ADMINISTRATORS, history=STAFF_LED_ON),
    "admin:dashboard_lockout_unlock": POST_ONLY,
    **pages_of("admin/logentry", seen_by=ADMINISTRATORS, history=STAFF_LED_ON),
    # Of no entry it leads back.
    "admin:admin_logentry_change": ADMINISTRATORS_DO,
    "admin:admin_logentry_csv": ADMINISTRATORS,
    "admin:movies_movie_refill": POST_ONLY,
    "admin:movies_movie_refill_one": OPERATORS,
    "admin:movies_refill_progress": VIEWERS,
    "admin:movies_refill_pause": POST_ONLY,
    "admin:movies_refill_resume": POST_ONLY,
    "admin:movies_refill_cancel_rest": OPERATORS,
    "admin:movies_refill_retry_failed": OPERATORS,
    "admin:dashboard_errorgroup_retry_all": OPERATORS,
    "admin:movies_searchterm_merge_into": OPERATORS,
    "admin:movies_searchterm_undo_merge": OPERATORS,
    "admin:movies_searchterm_erase": OPERATORS,
    "admin:movies_searchterm_hide": OPERATORS_POST_ONLY,
    "admin:movies_searchterm_show": OPERATORS_POST_ONLY,
    "admin:movies_searchterm_search_again": OPERATORS,
    "admin:movies_searchterm_refill_films": OPERATORS,
    **dict.fromkeys(QUESTIONS, OPERATORS),
    "admin:notifications_notification_html": VIEWERS,
    "admin:notifications_notification_eml": VIEWERS,
    "admin:notifications_notification_csv": VIEWERS,
    # Leads to the page of the row.
    "admin:notifications_notification_by_uuid": (LOGIN, 403, 302, 302, 302),
    "admin:notifications_notification_several": POST_ONLY,
    "admin:notifications_kindpolicy_switch": POST_ONLY,
}

# What changes something, and is therefore asked for by POST.
OPERATORS_DO = (LOGIN, 403, 403, 302, 302)
CHANGES = {
    "dashboard:self_test": OPERATORS_DO,
    "admin:movies_movie_refill": OPERATORS_DO,
    "admin:movies_refill_pause": OPERATORS_DO,
    "admin:movies_refill_cancel_rest": OPERATORS_DO,
    "admin:movies_refill_retry_failed": OPERATORS_DO,
    "admin:movies_searchterm_search_again": OPERATORS_DO,
    "admin:movies_searchterm_hide": OPERATORS_DO,
    "admin:movies_searchterm_merge_into": OPERATORS_DO,
    "admin:movies_searchterm_erase": OPERATORS_DO,
    "admin:dashboard_errorgroup_retry_all": OPERATORS_DO,
    "admin:notifications_notification_retry": OPERATORS_DO,
    "admin:notifications_notification_review": OPERATORS_DO,
    "admin:notifications_notification_mute": OPERATORS_DO,
    "admin:notifications_notification_send_test": OPERATORS_DO,
    "admin:notifications_notification_several": OPERATORS_DO,
    "admin:notifications_kindpolicy_change": OPERATORS_DO,
    "admin:notifications_kindpolicy_switch": OPERATORS_DO,
    "admin:notifications_kindpolicy_mute": OPERATORS_DO,
    "admin:notifications_kindpolicy_send_test": OPERATORS_DO,
    "admin:notifications_kindpolicy_send_test_here": OPERATORS_DO,
    "dashboard:run_now": OPERATORS_DO,
    "dashboard:fetch_rest": OPERATORS_DO,
    "admin:auth_group_add": ADMINISTRATORS_DO,
    "admin:auth_group_change": ADMINISTRATORS_DO,
    "admin:auth_group_delete": ADMINISTRATORS_DO,
    "admin:auth_user_add": ADMINISTRATORS_DO,
    "admin:auth_user_change": ADMINISTRATORS_DO,
    "admin:auth_user_password_change": ADMINISTRATORS_DO,
    "admin:dashboard_lockout_unlock": ADMINISTRATORS_DO,
    "dashboard:forgotten": (303, 303, 303, 303, 303),
    "movies:searches": (303, 303, 303, 303, 303),
}

# The first role that is offered an action of a list.
ACTIONS = {
    "auth.group.delete_selected": "administrator",
    "movies.movie.refill_selected": "operator",
    "notifications.notification.retry_selected": "operator",
    "notifications.notification.send_now_selected": "operator",
    "notifications.notification.cancel_selected": "operator",
    "notifications.notification.settle_selected": "operator",
    "notifications.notification.copy_selected": "operator",
    "notifications.notification.review_selected": "operator",
    "notifications.notification.mute_selected": "operator",
}

# The first role that sees an item of the sidebar.
SIDEBAR = {
    "Dashboard": "stranger",
    "System": "viewer",
    "Terms": "viewer",
    "Worklist": "viewer",
    "Search log": "viewer",
    "Films": "viewer",
    "Completeness": "viewer",
    "Re-fills": "viewer",
    "Log": "viewer",
    "Kinds": "viewer",
    "Errors": "viewer",
    "Tasks": "viewer",
    "Flow": "viewer",
    "Schedule": "viewer",
    "Signals": "viewer",
    "Users": "administrator",
    "Groups": "administrator",
    "Audit": "administrator",
}


def addresses(
    resolver: URLResolver | None = None, namespace: str = "", prefix: str = ""
) -> dict[str, str]:
    """Return the pattern of every address by its name, or by itself if it has none."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLPattern):
            found[f"{namespace}{entry.name}" if entry.name else pattern] = pattern
        else:
            inner = f"{entry.namespace}:" if entry.namespace else ""
            found |= addresses(entry, namespace + inner, pattern)
    return found


def roles_below(first: str) -> tuple[str, ...]:
    """Return the roles that may do less."""
    return ROLES[: ROLES.index(first)]


def from_role(first: str) -> tuple[str, ...]:
    """Return the role and those that may do more."""
    return ROLES[ROLES.index(first) :]
