"""Which files may be attached: by their first bytes, not by their name alone."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from engine.errors import InvalidInput

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Mapping[str, tuple[bytes, str]] = MappingProxyType(
    {
        ".pdf": (b"%PDF-", "application/pdf"),
        ".docx": (ZIP, f"{OFFICE}.wordprocessingml.document"),
        ".xlsx": (ZIP, f"{OFFICE}.spreadsheetml.sheet"),
        ".pptx": (ZIP, f"{OFFICE}.presentationml.presentation"),
        ".ofd": (ZIP, "application/ofd"),
        ".doc": (OLE, "application/msword"),
        ".xls": (OLE, "application/vnd.ms-excel"),
        ".wps": (OLE, "application/vnd.ms-works"),
        ".et": (OLE, "application/vnd.ms-excel"),
        ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
        ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
        ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    }
)
"""Ending → (first bytes, media type)."""
MOST_PARTS = 2_000
MOST_UNPACKED = 512 * 1024 * 1024
LONGEST_NAME = 150


def clean_name(name: str) -> str:
    """Return the last part of a name, printable and bounded; a path in it is dropped."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, ending = PurePath(printable).stem, PurePath(printable).suffix
    return f"{stem[: LONGEST_NAME - len(ending)]}{ending}" or "附件"


def media_type_of(name: str, content: bytes) -> str:
    """Return the media type of a file that may be attached.

    Raises InvalidInput: `attachment.kind` (ending not allowed, or not what the bytes say), `attachment.macro`,
    `attachment.bomb` (an archive that unpacks to too much), `attachment.empty`.
    """
    if not content:
        raise InvalidInput(f"文件“{name}”是空的;请核对后重新选择。", code="attachment.empty")
    ending = PurePath(name).suffix.lower()
    if ending not in KINDS:
        listed = "、".join(sorted(one[1:] for one in KINDS))
        raise InvalidInput(f"“{name}”不是可以上传的类型;可以上传:{listed}。", code="attachment.kind")
    first, media_type = KINDS[ending]
    if not content.startswith(first):
        raise InvalidInput(
            f"“{name}”的内容不是 {ending[1:]} 文件(可能改过扩展名);请另存为正确的格式后再上传。",
            code="attachment.kind",
        )
    if first is ZIP:
        _require_harmless(name, content)
    if first is OLE and b"_\x00V\x00B\x00A\x00_\x00P\x00R\x00O\x00J\x00E\x00C\x00T" in content:
        raise _macro(name)
    return media_type


def _require_harmless(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        raise InvalidInput(f"“{name}”已损坏,打不开;请重新保存后再上传。", code="attachment.kind") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise InvalidInput(f"“{name}”解开后过大,没有保存;请压缩图片后再上传。", code="attachment.bomb")
    if any(PurePath(part.filename).name.lower() in ("vbaproject.bin", "vbadata.xml") for part in parts):
        raise _macro(name)


def _macro(name: str) -> InvalidInput:
    return InvalidInput(f"“{name}”带有宏,不能上传;请另存为不含宏的格式。", code="attachment.macro")
