"""Security headers of every answer. Nothing is loaded, framed or sent anywhere but here; no script stands in a page."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from flask import Response

_OWN = "script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'"
_POLICY = f"default-src 'none'; {_OWN}; base-uri 'none'; frame-ancestors 'none'"
_ALWAYS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }
)
_RETRY_AFTER_S = "15"
_HTTPS_ONLY = "max-age=31536000"


def add_headers(response: Response, *, https: bool) -> Response:
    """Set the headers that every answer carries; what is not said to be kept is kept by nobody.

    What cannot be done just now says when to come again.
    """
    for name, value in _ALWAYS.items():
        response.headers[name] = value
    if https:
        response.headers["Strict-Transport-Security"] = _HTTPS_ONLY
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER_S
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
