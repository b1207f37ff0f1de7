"""What is noted of every request: it is counted and timed; slow and failed ones are a line in the log."""

import logging
import time

from flask import Flask, Response, g, request

from host.web.context import system

SLOW_SECONDS = 1.0
UNKNOWN = "unknown"
log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Note every request of `app`; must come before what else happens before a request."""

    def begin() -> None:
        g.begun = time.perf_counter()

    def end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("begun", time.perf_counter())
        failed = response.status_code >= 500
        system().tally.count(request.endpoint or UNKNOWN, seconds, failed=failed)
        level = logging.INFO if failed or seconds > SLOW_SECONDS else logging.DEBUG
        log.log(
            level,
            "request",
            extra={"method": request.method, "status": response.status_code, "ms": round(seconds * 1000, 1)},
        )
        return response

    app.before_request(begin)
    app.after_request(end)
