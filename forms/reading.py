"""Read a form definition: JSON text → FormDefinition, with every fault named by its place."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from marshmallow import ValidationError

from engine.feel.compiling import Compiled, compile_expression
from engine.feel.errors import FeelSyntaxError
from forms.definition import FormDefinition, FormField, Option, Rule, Section
from forms.definition_checks import faults
from forms.definition_shape import SHAPE
from forms.errors import DefinitionInvalid, DefinitionProblem
from forms.expression_checks import expression_faults
from forms.input_schema import input_of
from forms.looks import Card, Earlier, Figure, GridColumn, Meter, Part, look_faults
from forms.places import flat
from forms.sentence import Sentence
from forms.sums import SumOf, sum_faults

MAX_DEFINITION_CHARS = 1_000_000
Faults = list[DefinitionProblem]
Made = TypeVar("Made")
PLAIN = (
    "name", "type", "label", "help", "unit", "required", "decimals", "max_length", "placeholder_allowed",
    "locked", "starts", "personal", "printed", "key", "baseline_moves",
)  # fmt: skip
EXPRESSIONS = ("required_when", "options_from", "expression", "baseline", "default_from")


def read(text: str, source: str) -> FormDefinition:
    """Read a definition from JSON text; raises DefinitionInvalid naming `source` and each place."""
    raw = _json(text, source)
    try:
        shape = SHAPE.load(raw)
    except ValidationError as error:
        problems = tuple(
            DefinitionProblem(path or "文件", str(message)) for _, path, message in flat(error.messages)
        )
        raise DefinitionInvalid(source, problems) from None
    problems_found: Faults = []
    definition = _definition(shape, _content_hash(raw), problems_found)
    problems_found += [
        *faults(definition),
        *expression_faults(definition),
        *look_faults(definition),
        *sum_faults(definition),
    ]
    if problems_found:
        raise DefinitionInvalid(source, tuple(problems_found))
    return definition


def _json(text: str, source: str) -> Any:
    if len(text) > MAX_DEFINITION_CHARS:
        _refuse(source, "文件", f"最多 {MAX_DEFINITION_CHARS} 个字符，实有 {len(text)} 个")
    try:
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        _refuse(source, f"第 {error.lineno} 行第 {error.colno} 列", "不是合法的 JSON")
    except (ValueError, RecursionError) as error:
        _refuse(source, "文件", f"不是合法的 JSON：{error}")


def _refuse(source: str, place: str, text: str) -> NoReturn:
    raise DefinitionInvalid(source, (DefinitionProblem(place, text),)) from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"键 {repeated} 重复")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"不接受 {name}")


def _content_hash(raw: Any) -> str:
    canonical = json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _definition(shape: Mapping[str, Any], content_hash: str, problems: Faults) -> FormDefinition:
    return FormDefinition(
        key=shape["form"],
        version=shape["version"],
        title=shape["title"],
        help=shape["help"],
        orientation=shape["orientation"],
        context=tuple(shape["context"]),
        optional_context=tuple(shape["optional_context"]),
        functions=tuple(shape["functions"]),
        sections=tuple(_section(s, f"sections[{i}]", problems) for i, s in enumerate(shape["sections"])),
        rules=_rules(shape["rules"], "rules", problems),
        content_hash=content_hash,
        card=_card(shape["card"], problems) if "card" in shape else None,
        meter=_meter(shape["meter"], problems) if "meter" in shape else None,
        figures=tuple(_figure(f, f"figures[{i}]", problems) for i, f in enumerate(shape["figures"])),
    )


def _card(shape: Mapping[str, Any], problems: Faults) -> Card:
    parts = tuple(
        Part(one["name"], _compiled(one["of"], f"card.parts[{i}].of", problems) if "of" in one else None)
        for i, one in enumerate(shape["parts"])
    )
    return Card(**{**shape, "parts": parts})


def _meter(shape: Mapping[str, Any], problems: Faults) -> Meter:
    return Meter(shape["table"], _compiled(shape["when"], "meter.when", problems))


def _figure(shape: Mapping[str, Any], place: str, problems: Faults) -> Figure:
    note = (
        _checked(Sentence, shape["note"], f"{place}.note", problems, Sentence("?"))
        if "note" in shape
        else None
    )
    return Figure(shape["head"], _compiled(shape["value"], f"{place}.value", problems), shape["look"], note)


def _section(shape: Mapping[str, Any], place: str, problems: Faults) -> Section:
    fields = tuple(_field(f, f"{place}.fields[{i}]", problems) for i, f in enumerate(shape["fields_"]))
    return Section(shape["key"], shape["title"], shape.get("help", ""), shape["filled_by"], fields)


def _field(shape: Mapping[str, Any], place: str, problems: Faults) -> FormField:
    plain = {key: shape[key] for key in PLAIN if key in shape}
    columns = tuple(
        _field(c, f"{place}.columns[{i}]", problems) for i, c in enumerate(shape.get("columns", ()))
    )
    several = shape["type"] in ("table", "choices")
    compiled = {key: _compiled(shape[key], f"{place}.{key}", problems) for key in EXPRESSIONS if key in shape}
    field = FormField(
        **plain,
        required_when=compiled.get("required_when"),
        options_from=compiled.get("options_from"),
        expression=compiled.get("expression"),
        baseline=compiled.get("baseline"),
        default_from=compiled.get("default_from"),
        minimum=shape.get("min"),
        maximum=shape.get("max"),
        default=() if several else None,
        options=tuple(_option(option) for option in shape.get("options", ())),
        columns=columns,
        rules=_rules(shape.get("rules", ()), f"{place}.rules", problems),
        min_rows=shape.get("min_rows", int(several and shape.get("required", False))),
        max_rows=shape.get("max_rows", 500),
        grid=tuple(GridColumn(g["head"], tuple(g["cells"]), g["look"]) for g in shape.get("grid", ())),
        earlier=_earlier(shape["earlier"]) if "earlier" in shape else None,
        sum_of=SumOf(*shape["sum_of"].split(".")) if "sum_of" in shape else None,
        offered=tuple(shape.get("offered", ())),
    )
    return _with_default(field, shape["default"], place, problems) if "default" in shape else field


def _earlier(shape: Mapping[str, Any]) -> Earlier:
    return Earlier(shape["show"], shape["match"], tuple(shape["same"]), tuple(shape["carry"]))


def _with_default(field: FormField, raw: Any, place: str, problems: Faults) -> FormField:
    if field.type in ("table", "choices", "computed"):
        problems.append(DefinitionProblem(f"{place}.default", f"类型 {field.type} 不能有默认值"))
        return field
    try:
        return replace(field, default=input_of(field).read(raw))
    except ValidationError as error:
        problems += [DefinitionProblem(f"{place}.default", str(m)) for _, _, m in flat(error.messages)]
        return field


def _option(shape: Mapping[str, Any]) -> Option:
    value = shape["value"]
    return Option(value, shape.get("label", value), tuple(shape.get("aliases", ())))


def _rules(shapes: Any, place: str, problems: Faults) -> tuple[Rule, ...]:
    return tuple(_rule(shape, f"{place}[{i}]", problems) for i, shape in enumerate(shapes))


def _rule(shape: Mapping[str, Any], place: str, problems: Faults) -> Rule:
    when = _compiled(shape["when"], f"{place}.when", problems)
    text = _checked(Sentence, shape["text"], f"{place}.text", problems, Sentence("?"))
    return Rule(shape["id"], shape["severity"], when, shape["path"], text, shape.get("reason"))


def _compiled(source: str, place: str, problems: Faults) -> Compiled:
    return _checked(compile_expression, source, place, problems, compile_expression("null"))


def _checked(make: Callable[[str], Made], source: str, place: str, problems: Faults, otherwise: Made) -> Made:
    try:
        return make(source)
    except FeelSyntaxError as error:
        problems.append(DefinitionProblem(place, error.text))
        return otherwise
