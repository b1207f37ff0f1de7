"""Style, script and pictures: each address names its content, so that a browser keeps it for a year."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Give templates `asset(name)`, the address of a static file as it is now; let browsers keep such answers."""
    folder = Path(str(app.static_folder))
    files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
    versions = {
        one.relative_to(folder).as_posix(): sha256(one.read_bytes()).hexdigest()[:12] for one in files
    }
    with app.test_request_context():
        known = {name: url_for("static", filename=name, v=version) for name, version in versions.items()}
    asset: Callable[[str], str] = known.__getitem__
    app.jinja_env.globals.update(asset=asset)

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and request.args.get("v"):
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    app.after_request(keep)
