"""What every answer tells the browser beyond what Django's own settings can say."""

from collections.abc import Callable

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # Unfold's Alpine evaluates expressions in attributes; the public pages drop this.
        "script-src": [SELF, UNSAFE_EVAL],
        # Unfold writes its theme colours into a style element and style attributes.
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Nothing of it is asked for, so nothing that got into a page may ask for it either. Copying a link
# is the one such thing the product does.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "bluetooth", "camera", "display-capture", "geolocation"),
        *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
    )
)

type View = Callable[[HttpRequest], HttpResponseBase]


def permissions_policy(get_response: View) -> View:
    """Let no page use the reader's camera, position and the like."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    return middleware
