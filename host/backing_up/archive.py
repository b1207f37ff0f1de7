"""The file of a backup: a tar with the dump, the attachments, and last what is in it, each with its SHA-256."""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from engine.blobs import FolderBlobs
from engine.errors import InvalidInput

DUMP, ABOUT, ATTACHMENTS = "database.dump", "about.json", "attachments/"
FORMAT = 1
CHUNK = 1 << 20


@dataclass(frozen=True)
class About:
    """What a backup says of itself. digest: of the dump; attachments: contents that lay in a folder, none if in the database."""

    format: int
    made_at: str
    program: str
    revision: str
    major: int
    digest: str
    tables: Mapping[str, Any]
    attachments: int | None


def pack(into: Path, dump: Path, folder: Path | None, about: Mapping[str, Any]) -> About:
    """Write a backup aside and put it in place in one step. folder: where attachments lie, if not in the database."""
    aside = into.with_name(f"{into.name}.part")
    aside.unlink(missing_ok=True)
    aside.touch(mode=0o600)
    with tarfile.open(aside, "w") as tar:
        tar.add(dump, DUMP)
        contents = FolderBlobs(folder).files() if folder else []
        for file in contents:
            tar.add(file, f"{ATTACHMENTS}{file.name}", recursive=False)
        number = len(contents) if folder else None
        with dump.open("rb") as content:
            said = About(FORMAT, digest=_digest(content), attachments=number, **about)
        text = json.dumps(asdict(said), ensure_ascii=False, indent=1).encode()
        member = tarfile.TarInfo(ABOUT)
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text))
    aside.replace(into)
    return said


def unpack(file: Path, folder: Path) -> tuple[About, Path, list[Path]]:
    """Take a backup apart in an empty folder; return what it says of itself, the dump, the attachments.

    Raises InvalidInput unless everything in it is whole.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                _extract(tar, member, folder)
        about = About(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise _damaged(file, "不是完整的备份文件") from error
    dump, contents = folder / DUMP, sorted(folder.glob(f"{ATTACHMENTS}*"))
    if about.format != FORMAT:
        raise InvalidInput(
            f"备份格式应为 {FORMAT},实际为 {about.format};请用作出它的版本({about.program})恢复。",
            code="restore.format",
        )
    with dump.open("rb") as content:
        if _digest(content) != about.digest:
            raise _damaged(file, "数据库部分与登记的不一致")
    if len(contents) != (about.attachments or 0):
        raise _damaged(file, f"附件应有 {about.attachments or 0} 个,实际 {len(contents)} 个")
    for one in contents:
        with one.open("rb") as content:
            if _digest(content) != one.name:
                raise _damaged(file, f"附件 {one.name[:12]} 与登记的不一致")
    return about, dump, contents


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one member under its own plain name; a link, or a name that leads elsewhere, is no part of a backup."""
    name = member.name.removeprefix(ATTACHMENTS)
    content = tar.extractfile(member) if member.isfile() else None
    if content is None or "/" in name or name.startswith("."):
        raise tarfile.TarError(member.name)
    place = folder / member.name
    place.parent.mkdir(exist_ok=True)
    with place.open("wb") as out:
        shutil.copyfileobj(content, out, CHUNK)


def _digest(content: IO[bytes]) -> str:
    found = hashlib.sha256()
    while part := content.read(CHUNK):
        found.update(part)
    return found.hexdigest()


def _damaged(file: Path, what: str) -> InvalidInput:
    return InvalidInput(f"备份文件 {file} {what},没有恢复;请换另一份备份。", code="restore.damaged")
