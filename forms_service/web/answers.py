"""Answers that are no pages: files and pictures, with the headers that keep them what they are."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response

_YEAR_S = 31_536_000


def deliver(data: bytes | Iterator[bytes], name: str, media_type: str) -> Response:
    """Hand out a file to be saved under a name, which may be Chinese and is never trusted to be harmless."""
    response = Response(data, mimetype=media_type)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def picture(png: bytes, *, lasting: bool) -> Response:
    """Answer with a page's picture; one of bytes named by their digest may be kept, by the reader's browser only."""
    response = Response(png, mimetype="image/png")
    response.headers["Cache-Control"] = f"private, max-age={_YEAR_S}, immutable" if lasting else "private, no-cache"
    return response
