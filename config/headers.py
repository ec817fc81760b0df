"""What every answer tells the browser beyond what Django's own settings can say."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

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
