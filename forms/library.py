"""The library of forms: one JSON file per form in `forms/library/`, or in an administrator's own folder."""

import re
from functools import lru_cache
from pathlib import Path

from forms.definition import FormDefinition
from forms.errors import DefinitionInvalid, DefinitionProblem, FormNotFound
from forms.reading import read

FACTORY = Path(__file__).parent / "library"
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def load(key: str, folder: Path = FACTORY) -> FormDefinition:
    """Return the definition of a form, read once per change of its file; raises FormNotFound, DefinitionInvalid."""
    path = folder / f"{key}.json"
    if not _KEY.fullmatch(key) or not path.is_file():
        raise FormNotFound(f"没有名为 {key[:60]} 的表单。请核对流程图里写的表单名。", form=key[:60])
    stat = path.stat()
    return _load(path, stat.st_mtime_ns, stat.st_size)


def keys(folder: Path = FACTORY) -> list[str]:
    """Return the keys of all forms of a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.json") if _KEY.fullmatch(path.stem))


@lru_cache(maxsize=256)
def _load(path: Path, _modified_ns: int, _size: int) -> FormDefinition:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        problem = DefinitionProblem("文件", f"应是 UTF-8 文字，第 {error.start} 个字节不是")
        raise DefinitionInvalid(path.name, (problem,)) from None
    definition = read(text, path.name)
    if definition.key != path.stem:
        problem = DefinitionProblem("form", f"应与文件名 {path.stem} 相同，写的是 {definition.key}")
        raise DefinitionInvalid(path.name, (problem,))
    return definition
