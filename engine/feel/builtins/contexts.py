"""Functions that take contexts apart and put them together."""

from functools import partial
from typing import Any

from engine.feel.builtins.declaring import built_in
from engine.feel.state import Run
from engine.feel.values import Function, lift

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)


@declare("get value", "m:context, key:text", "context:context, keys:list")
def get_value(run: Run, values: dict[str, Any], key: Any) -> Any:
    """Return the value of a key, or at the end of a path of keys; null if there is none."""
    found: Any = values
    for step in key if isinstance(key, list) else [key]:
        if not isinstance(found, dict) or step.__class__ is not str:
            return None
        found = lift(found.get(step))
    return found


@declare("get entries", "m:context")
def get_entries(run: Run, values: dict[str, Any]) -> list[Any]:
    """Return a list of {key, value}."""
    return run.sized([{"key": key, "value": lift(value)} for key, value in values.items()])


@declare("context", "entries:list")
def to_context(run: Run, entries: list[Any]) -> dict[str, Any] | None:
    """Make a context of a list of {key, value}; null if a key is missing, no text, or there twice."""
    run.charge(len(entries))
    made: dict[str, Any] = {}
    for entry in (lift(entry) for entry in entries):
        if not isinstance(entry, dict) or entry.get("key").__class__ is not str or "value" not in entry:
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = lift(entry["value"])
    return made


@declare("context put", "context:context, key:text, value", "context:context, keys:list, value")
def context_put(run: Run, values: dict[str, Any], key: Any, value: Any) -> dict[str, Any] | None:
    """Return a copy with one entry set, at a key or along a path of keys."""
    path = key if isinstance(key, list) else [key]
    if not path or path[0].__class__ is not str or len(path) > run.limits.depth:
        return None
    run.charge(len(values) + 1)
    if len(path) > 1:
        inner = lift(values.get(path[0]))
        value = context_put(run, inner, path[1:], value) if isinstance(inner, dict) else None
        if value is None:
            return None
    return {**values, path[0]: value}


@declare("context merge", "contexts:list")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any] | None:
    """Merge contexts; a later one wins."""
    merged: dict[str, Any] = {}
    for values in contexts:
        if not isinstance(values, dict):
            return None
        run.charge(len(values) + 1)
        merged |= values
    return merged
