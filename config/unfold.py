"""How Unfold, the admin's theme, is dressed. Apps are named by dotted strings only."""

from collections.abc import Callable

from django.templatetags.static import static


def _file(name: str) -> Callable[[object], str]:
    # Called for each page: the address of a file is known only once the settings are.
    return lambda request: static(f"marquee/{name}")


UNFOLD: dict[str, object] = {
    "SITE_TITLE": "Marquee",
    "SITE_HEADER": "Marquee",
    "SITE_SYMBOL": "theaters",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _file("film.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "DASHBOARD_CALLBACK": "dashboard.front.home.context",
    "ENVIRONMENT": "dashboard.sidebar.environment",
    "STYLES": [
        _file("admin.css"),
        _file("dashboard.css"),
        _file("controls.css"),
        _file("charts.css"),
        _file("notifications.css"),
        _file("tasks.css"),
    ],
    "SCRIPTS": [_file("reach.js"), _file("admin.js"), _file("charts.js"), _file("live.js")],
    "COLORS": {
        # The site's own blue; red, amber and green stay free for what they mean.
        "primary": {
            "50": "#f1f5fd",
            "100": "#e1e9fb",
            "200": "#c6d5f7",
            "300": "#9ebaf2",
            "400": "#85b2fb",
            "500": "#6ea8fe",
            "600": "#2b4ba8",
            "700": "#1e3a8a",
            "800": "#1b3274",
            "900": "#182a5c",
            "950": "#101c3e",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "dashboard.sidebar.navigation",
    },
}
