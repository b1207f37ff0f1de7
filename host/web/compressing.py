"""Answers go out gzipped to whoever takes that.

A page that repeats what was asked for beside a secret would give the secret away by its length (BREACH); the only
secret in our pages is the form token, and it is masked anew in every answer (`host.web.context.form_token`).
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

KINDS = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "image/svg+xml",
    }
)
SMALLEST = 800
ONCE, EACH = 9, 4
"""How hard to compress: a static file once, a page each time."""


def register(app: Flask) -> None:
    """Compress the answers of `app`."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if (
        response.mimetype not in KINDS
        or response.status_code != 200
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or "Range" in request.headers:
        return response
    static = request.endpoint == "static"
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < SMALLEST:
        return response
    response.set_data(_once(data) if static else gzip.compress(data, EACH, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(f"{tag}-gzip")
    return response


@lru_cache(maxsize=64)
def _once(data: bytes) -> bytes:
    return gzip.compress(data, ONCE, mtime=0)
