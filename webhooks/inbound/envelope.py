"""The body of a call: one CloudEvents 1.0 event in structured JSON, read without trust."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from marshmallow import ValidationError, fields, validate

from engine.errors import InvalidInput
from webhooks.inbound.messages import TYPES, Said

PREFIX: Final = "bihuan."
LARGEST: Final = 1024 * 1024
MOST_FAULTS: Final = 50
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
TEXT: Final = validate.Length(1, 300)


class CallInvalid(InvalidInput):
    """A call that cannot be read; nothing was kept. errors: path and words of each fault."""

    code = "call.invalid"

    def __init__(self, faults: list[dict[str, str]]) -> None:
        more = faults[:MOST_FAULTS]
        super().__init__("来信的内容不能接受;请按 errors 逐处修改后用同一编号重发。", errors=more)


class Envelope(Said):
    """The attributes of CloudEvents; extensions are refused."""

    specversion = fields.String(required=True, validate=validate.Equal("1.0"))
    id = fields.String(required=True, validate=TEXT)
    source = fields.String(required=True, validate=TEXT)
    type = fields.String(
        required=True, validate=validate.OneOf([PREFIX + name for name in TYPES], error="没有这种来信")
    )
    time = fields.AwareDateTime(load_default=None)
    subject = fields.String(validate=TEXT)
    datacontenttype = fields.String(validate=validate.OneOf(["application/json"]))
    dataschema = fields.String(validate=TEXT)
    data = fields.Dict(required=True)


@dataclass(frozen=True)
class Letter:
    """What a call says. data: as it was sent, checked; sent_at: None if the caller does not say."""

    type: str
    data: Mapping[str, Any]
    sent_at: datetime | None


def read(body: bytes) -> Letter:
    """Read a call. Raises CallInvalid naming every fault."""
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise CallInvalid([_fault("", "应为 JSON(UTF-8);请核对编码和括号")]) from None
    if any(UNWRITABLE.search(one) for one in _texts(raw)):
        raise CallInvalid([_fault("", "文字里有控制字符;请去掉")])
    found = _loaded(Envelope(), raw, "")
    kind = found["type"].removeprefix(PREFIX)
    _loaded(TYPES[kind].schema(), found["data"], "data")
    return Letter(kind, found["data"], found["time"])


def _loaded(schema: Said, raw: Any, place: str) -> dict[str, Any]:
    try:
        return dict(schema.load(raw))
    except ValidationError as error:
        raise CallInvalid([_fault(path, words) for path, words in _flat(error.messages, place)]) from None
    except (ValueError, ArithmeticError, TypeError):  # numbers no field foresees
        raise CallInvalid([_fault(place, "有不能读的值;请核对数字和日期")]) from None


def _fault(path: str, words: str) -> dict[str, str]:
    return {"path": path, "text": words}


def _flat(messages: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            path = (
                place
                if name == "_schema"
                else f"{place}[{name}]"
                if isinstance(name, int)
                else f"{place}.{name}"
            )
            yield from _flat(inner, path.lstrip("."))
    elif isinstance(messages, list):
        for one in messages:
            yield from _flat(one, place)
    else:
        yield place, str(messages)[:300]


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a value, keys too. It is as deep as the parser allows, so no recursion of ours."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
