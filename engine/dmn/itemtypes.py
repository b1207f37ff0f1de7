"""Item definitions: what a variable may hold, and how a value is made to fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.dmn.compiling import Compilation
from engine.dmn.elements import Element, attribute, child, children, type_name
from engine.feel.membership import conform
from engine.feel.nodes import TypeName
from engine.feel.state import Closure, Run, Scope
from engine.feel.types import SIMPLE, FeelType
from engine.feel.values import lift

_DEEPEST = 20


@dataclass(slots=True)
class ItemType:
    """A type of the document; `allowed` are unary tests over `?`; takes, returns: of a function, None for any value."""

    name: str
    simple: FeelType | None = None
    base: "ItemType | None" = None
    is_list: bool = False
    members: dict[str, "ItemType"] = field(default_factory=dict)
    allowed: Closure | None = None
    list_allowed: Closure | None = None
    takes: "tuple[ItemType | None, ...]" = ()
    returns: "ItemType | None" = None


_ANY = ItemType("Any")


def is_function(kind: ItemType) -> bool:
    """Say whether the values of a type are functions; `returns` is then what they give, if that is known."""
    while kind.base is not None:
        kind = kind.base
    return kind.simple is not None and kind.simple.name == "function"


def fit(value: Any, kind: ItemType, run: Run) -> Any:
    """Coerce a value to a type; null with a warning if it cannot be."""
    value = lift(value)
    if value is None:
        return None
    if kind.is_list:
        return _fit_list(value, kind, run)
    return _fit_item(value, kind, run)


def _fit_list(value: Any, kind: ItemType, run: Run) -> Any:
    items = value if isinstance(value, list) else [value]
    run.charge(len(items))
    fitted = [_fit_item(lift(item), kind, run) for item in items]
    if any(new is None and old is not None for new, old in zip(fitted, items, strict=True)):
        return None
    return _allowed(fitted, kind.list_allowed, kind, run)


def _fit_item(value: Any, kind: ItemType, run: Run) -> Any:
    if value is None:
        return None
    if kind.base is not None:
        value = fit(value, kind.base, run)
    elif kind.simple is not None:
        value = conform(value, kind.simple, run)
    elif kind.members:
        value = _fit_members(value, kind, run)
    return _allowed(value, kind.allowed, kind, run)


def _fit_members(value: Any, kind: ItemType, run: Run) -> Any:
    if value.__class__ is list and len(value) == 1:
        value = lift(value[0])
    if value.__class__ is not dict:
        run.warn("wrong_type", run.at, f"期望 {kind.name}（上下文），按 null 处理")
        return None
    missing = [name for name in kind.members if name not in value]
    if missing:
        run.warn("wrong_type", run.at, f"{kind.name} 缺少“{'、'.join(missing)}”，按 null 处理")
        return None
    fitted = dict(value)
    for name, member in kind.members.items():
        given = value.get(name)
        fitted[name] = fit(given, member, run)
        if fitted[name] is None and given is not None:
            return None
    return fitted


def _allowed(value: Any, tests: Closure | None, kind: ItemType, run: Run) -> Any:
    if value is None or tests is None or tests(Scope({"?": value}, None, run)) is True:
        return value
    run.warn("not_allowed", run.at, f"值不在 {kind.name} 允许的范围内，按 null 处理")
    return None


def shape(kind: ItemType, depth: int = 0) -> TypeName:
    """Return the type as the language writes it: lists and contexts of simple types; allowed values are left out."""
    if depth > _DEEPEST:
        return TypeName(0, "Any", [], {})
    if kind.base is not None:
        inner = shape(kind.base, depth + 1)
    elif kind.members:
        members = {name: shape(member, depth + 1) for name, member in kind.members.items()}
        inner = TypeName(0, "context", [], members)
    else:
        name = kind.simple.name if kind.simple is not None else "Any"
        parts = (*kind.takes, kind.returns) if name == "function" else ()
        inner = TypeName(0, name, [shape(part or _ANY, depth + 1) for part in parts], {})
    return TypeName(0, "list", [inner], {}) if kind.is_list else inner


class ItemTypes:
    """The types of one document by name."""

    def __init__(
        self, definitions: Element, work: Compilation, imported: "Mapping[str, ItemTypes] | None" = None
    ) -> None:
        self._work = work
        self._imported = imported or {}
        self._elements = {attribute(item, "name"): item for item in children(definitions, "itemDefinition")}
        self._known: dict[str, ItemType] = {}
        work.type_named = self._shape
        for name, element in self._elements.items():
            self._named(name, element)

    def _shape(self, name: str) -> TypeName | None:
        known = self.known(name)
        return None if known is None else shape(known)

    def known(self, name: str) -> ItemType | None:
        """Return a defined type by name, `import.name` for one of another document; None if there is none."""
        if name in self._known:
            return self._known[name]
        for prefix, types in self._imported.items():
            if name.startswith(f"{prefix}."):
                return types.known(name.removeprefix(f"{prefix}."))
        return None

    def of(self, element: Element) -> ItemType | None:
        """Return the type an element refers to; None if it refers to none or to any."""
        return self.named(type_name(element), element)

    def named(self, name: str, element: Element) -> ItemType | None:
        """Return a type by reference, own or of FEEL."""
        if name in self._elements:
            return self._named(name, self._elements[name])
        if (other := self.known(name)) is not None:
            return other
        simple = SIMPLE.get(name)
        if name and simple is None:
            if "." not in name and ":" not in name:
                self._work.problem(element, "dmn.unknown_type", f"没有类型“{name}”；请先定义它", "warning")
            return None
        return ItemType(name, FeelType(simple)) if simple not in (None, "Any") and simple else None

    def _named(self, name: str, element: Element) -> ItemType:
        if name not in self._known:
            self._known[name] = ItemType(name)
            self._fill(self._known[name], element)
        return self._known[name]

    def _fill(self, made: ItemType, element: Element) -> None:
        made.is_list = attribute(element, "isCollection") == "true"
        for member in children(element, "itemComponent"):
            name = attribute(member, "name")
            made.members[name] = ItemType(name)
            self._fill(made.members[name], member)
        function = child(element, "functionItem")
        if function is not None:
            made.simple = FeelType("function")
            output = attribute(function, "outputTypeRef")
            made.returns = self.named(output, element) if output else None
            made.takes = tuple(self.of(parameter) for parameter in children(function, "parameters"))
        elif not made.members:
            base = self.of(element)
            made.base = None if base is made else base
            if base is made:
                self._work.problem(element, "dmn.type_cycle", f"类型“{made.name}”引用了自己")
        allowed, constraint = child(element, "allowedValues"), child(element, "typeConstraint")
        made.allowed = self._work.tests(allowed) if allowed is not None else None
        if constraint is not None:
            tests = self._work.tests(constraint)
            made.allowed, made.list_allowed = (made.allowed, tests) if made.is_list else (tests, None)
