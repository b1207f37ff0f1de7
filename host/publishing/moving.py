"""Definitions as files in a folder: out of the database, and into it as the next versions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.access import Actor
from engine.differences import Difference
from engine.errors import BihuanError, InvalidInput
from engine.problems import Problem, errors
from engine.uow import UnitOfWork
from host.publishing.kinds import KINDS, PROCESS, Kind
from host.publishing.offering import Offer, all_in_force, look


@dataclass(frozen=True)
class Taken:
    """What became of a file. version: the one that is in force now; is_new: whether it was published by this."""

    path: Path
    kind: str
    key: str
    version: int
    is_new: bool
    problems: Sequence[Problem]
    differences: Sequence[Difference]


class ImportRefused(InvalidInput):
    """Files have errors; nothing was published. `lines` names each: file, element, code, text."""

    code = "definition.rejected"

    def __init__(self, lines: list[str]) -> None:
        super().__init__(f"有 {len(lines)} 处错误,没有发布任何定义;请改正后重试。")
        self.lines = lines


def bring_out(uow: UnitOfWork, folder: Path) -> list[Path]:
    """Write every definition in force into `folder/processes`, `decisions`, `forms`, `policies`; return the files.

    Raises InvalidInput if the folder cannot be written.
    """
    written: list[Path] = []
    for kind in KINDS.values():
        for row in all_in_force(uow.session, kind, texts=True):
            path = folder / kind.folder / f"{row.key}.{kind.ending}"
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(row.xml.encode())
            except OSError as error:
                raise InvalidInput(
                    f"写不进 {path}({error.strerror});请核对路径和权限。", code="file.unwritable"
                ) from None
            written.append(path)
    return written


def bring_in(uow: UnitOfWork, paths: Iterable[Path], operations: frozenset[str], *, by: Actor) -> list[Taken]:
    """Publish files, and those in folders, as the next versions: decisions and forms before the processes that name them.

    Raises ImportRefused with every error of every file; then the transaction must be rolled back.
    """
    files = {name: sorted(one for path in paths for one in _of(kind, path)) for name, kind in KINDS.items()}
    if not any(files.values()):
        raise InvalidInput(
            "没有找到 .bpmn、.dmn、表单 .json 或政策包 .toml 文件;请核对路径。", code="definition.no_file"
        )
    coming = frozenset(path.stem for path in files[PROCESS.folder])
    taken: list[Taken] = []
    faults: list[str] = []
    for name, found in files.items():
        kind = KINDS[name]
        check = partial(look, uow, kind, operations=operations, coming=coming)
        done, refused = _all_of(uow, kind, found, check, by)
        taken += done
        faults += refused
    if faults:
        raise ImportRefused(faults)
    return taken


def _all_of(
    uow: UnitOfWork, kind: Kind, paths: Sequence[Path], check: Callable[[bytes], Offer], by: Actor
) -> tuple[list[Taken], list[str]]:
    """Publish files of a kind; one that is refused is tried again after the others, for it may import one of them."""
    taken: list[Taken] = []
    waiting, faults = list(paths), list[str]()
    while waiting:
        again, faults = list[Path](), []
        for path in waiting:
            try:
                taken.append(_taken(uow, kind, path, check, by))
            except ImportRefused as refused:
                again.append(path)
                faults += refused.lines
        if len(again) == len(waiting):
            return taken, faults
        waiting = again
    return taken, []


def _of(kind: Kind, path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.suffix == f".{kind.ending}" else []
    return list(path.rglob(f"*.{kind.ending}"))


def _taken(uow: UnitOfWork, kind: Kind, path: Path, check: Callable[[bytes], Offer], by: Actor) -> Taken:
    try:
        data = path.read_bytes()
        offer = check(data)
        bad = errors(list(offer.problems))
        if bad:
            raise ImportRefused([f"{path} {one}" for one in bad])
        if offer.is_same and offer.version == 0:
            return Taken(path, kind.code, offer.key, 0, False, offer.problems, offer.differences)
        made = kind.publish(uow, offer.data, by)
    except OSError as error:
        raise ImportRefused([f"{path} - error file.unreadable 打不开({error.strerror})"]) from None
    except ImportRefused:
        raise
    except BihuanError as error:
        raise ImportRefused([f"{path} - error {error.code} {error.text}"]) from None
    return Taken(path, kind.code, made.key, made.version, made.is_new, offer.problems, offer.differences)
