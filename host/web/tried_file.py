"""The xlsx file of an import: sent now, or tried before and carried along by the page that told the outcome."""

from base64 import b64decode
from binascii import Error as NotBase64

from flask import request

from engine.errors import InvalidInput

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tried_file(most_bytes: int, *, missing: str) -> bytes:
    """Return the file's content, at most one byte more than it may have. Raises InvalidInput with the code `missing`."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return sent.stream.read(most_bytes + 1)
    try:
        kept = b64decode(request.form.get("tried", ""), validate=True)
    except NotBase64:
        kept = b""
    if not kept:
        raise InvalidInput("请选择填好的 xlsx 文件。", code=missing)
    return kept
