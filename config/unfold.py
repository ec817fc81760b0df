"""How Unfold, the admin's theme, is dressed. Apps are named by dotted strings only."""

from django.templatetags.static import static


def _admin_css(request: object) -> str:
    return static("marquee/admin.css")


def _admin_js(request: object) -> str:
    return static("marquee/admin.js")


def _favicon(request: object) -> str:
    return static("marquee/film.svg")


UNFOLD: dict[str, object] = {
    "SITE_TITLE": "Marquee",
    "SITE_HEADER": "Marquee",
    "SITE_SYMBOL": "theaters",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "DASHBOARD_CALLBACK": "dashboard.home.context",
    "ENVIRONMENT": "dashboard.sidebar.environment",
    "STYLES": [_admin_css],
    "SCRIPTS": [_admin_js],
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
    "COMMAND": {"search_callback": "dashboard.sidebar.find"},
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "dashboard.sidebar.navigation",
    },
}
