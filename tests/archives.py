"""Archives made up for tests."""

import io
import zipfile


def archive(**parts: bytes) -> bytes:
    """Return a zip of these parts; `__` in a name is a slash, `_dot_` a dot."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in parts.items():
            found.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


def bomb(**parts: bytes) -> bytes:
    """Return a zip whose parts, a thousand bytes each, say that they unpack to a gigabyte."""
    return archive(**parts).replace((1000).to_bytes(4, "little"), (1 << 30).to_bytes(4, "little"))
