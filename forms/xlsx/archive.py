"""Look at an xlsx archive before anything is unpacked or parsed."""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

Refuse = Callable[[str, str], Exception]
_CHUNK = 1 << 20
_DOCTYPE = b"<!DOCTYPE"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds of one file, checked before anything is unpacked or parsed."""

    file_bytes: int
    unpacked_bytes: int
    parts: int


def require_harmless(data: bytes, limits: ArchiveLimits, refuse: Refuse) -> None:
    """Raise what `refuse` makes unless `data` is a zip of bounded size whose XML parts declare no document type.

    Sizes are summed from the directory first; the zip reader never yields more than the directory says.
    refuse: from a kind (`too_large`, `not_xlsx`, `hostile`) and a sentence, an error.
    """
    if len(data) > limits.file_bytes:
        raise refuse("too_large", f"文件有 {len(data)} 字节，超过上限 {limits.file_bytes}。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_bounded(archive.infolist(), limits, refuse)
            for part in archive.infolist():
                _require_plain(archive, part, refuse)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise refuse(
            "not_xlsx",
            "文件不是完好的 xlsx（压缩包损坏、加密或格式不符）；请在 Excel 中另存为 .xlsx 后重试。",
        ) from error


def _require_bounded(parts: list[zipfile.ZipInfo], limits: ArchiveLimits, refuse: Refuse) -> None:
    size = sum(part.file_size for part in parts)
    if len(parts) > limits.parts or size > limits.unpacked_bytes:
        raise refuse(
            "too_large",
            f"xlsx 解开后有 {len(parts)} 个部件、{size} 字节，超过上限（{limits.parts} 个、{limits.unpacked_bytes} 字节）；"
            "请只保留需要的工作表后重试。",
        )


def _require_plain(archive: zipfile.ZipFile, part: zipfile.ZipInfo, refuse: Refuse) -> None:
    tail = b""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    if part.filename.lower().endswith(".bin") and "vba" in part.filename.lower():
        raise refuse("hostile", "xlsx 中带有宏；请另存为不含宏的 .xlsx 后重试。")
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if _DOCTYPE in window or (
                is_xml and b"\x00" in chunk
            ):  # NUL: UTF-16, where the search would miss
                raise refuse(
                    "hostile",
                    f"xlsx 的部件 {part.filename[:80]} 含有文档类型声明或不是 UTF-8，拒绝读取；请在 Excel 中另存后重试。",
                )
            tail = window[-len(_DOCTYPE) :]
