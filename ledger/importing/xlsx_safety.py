"""Look at an xlsx archive before anything is unpacked or parsed."""

import io
import zipfile
import zlib

from ledger.importing.errors import LedgerUnreadable
from ledger.importing.limits import Limits

_CHUNK = 1 << 20
_DOCTYPE = b"<!DOCTYPE"


def require_harmless(data: bytes, limits: Limits) -> None:
    """Raise LedgerUnreadable unless `data` is a zip of bounded size whose XML parts declare no document type.

    Sizes are summed from the directory first; the zip reader never yields more than the directory says.
    """
    if len(data) > limits.file_bytes:
        raise LedgerUnreadable(
            f"台账文件有 {len(data)} 字节，超过上限 {limits.file_bytes}。", code="ledger.too_large"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_bounded(archive.infolist(), limits)
            for part in archive.infolist():
                _require_plain(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise LedgerUnreadable(
            "文件不是完好的 xlsx（压缩包损坏、加密或格式不符）；请在 Excel 中另存为 .xlsx 后重试。",
            code="ledger.not_xlsx",
        ) from error


def _require_bounded(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    size = sum(part.file_size for part in parts)
    if len(parts) > limits.parts or size > limits.unpacked_bytes:
        raise LedgerUnreadable(
            f"xlsx 解开后有 {len(parts)} 个部件、{size} 字节，超过上限（{limits.parts} 个、{limits.unpacked_bytes} 字节）；"
            "请只保留台账工作表后重试。",
            code="ledger.too_large",
        )


def _require_plain(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    tail = b""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if _DOCTYPE in window or (
                is_xml and b"\x00" in chunk
            ):  # NUL: UTF-16, where the search would miss
                raise LedgerUnreadable(
                    f"xlsx 的部件 {part.filename[:80]} 含有文档类型声明或不是 UTF-8，拒绝读取；请在 Excel 中另存后重试。",
                    code="ledger.hostile",
                )
            tail = window[-len(_DOCTYPE) :]
