"""The shape of a form definition file: which keys, which JSON types. What they mean is checked in `reading`."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

NAME = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,59}\Z", error="应是小写字母开头、由小写字母、数字和下划线组成的名称"
)
RULE_ID = validate.Regexp(r"^[A-Za-z][A-Za-z0-9_]{0,59}\Z", error="应由字母、数字和下划线组成")
SUM_OF = validate.Regexp(r"^[a-z][a-z0-9_]{0,59}\.[a-z][a-z0-9_]{0,59}\Z", error="应是“表.列”")
LABEL = validate.Length(min=1, max=100, error="应有 1 至 100 个字")
TEXT = validate.Length(max=1000, error="最多 1000 个字")
EXPRESSION = validate.Length(min=1, max=2000, error="表达式应有 1 至 2000 个字符")
TYPES = (
    "text", "long_text", "money", "percent", "share", "number", "points", "integer", "measurement",
    "boolean", "date", "choice", "choices", "table", "computed",
)  # fmt: skip


def one_of(*answers: str) -> validate.OneOf:
    """Accept one of the answers."""
    return validate.OneOf(answers, error=f"应是 {'、'.join(answers)} 之一")


class Shape(Schema):
    """Base: an unknown key is an error, so that a misspelt one is never silently ignored."""

    class Meta:
        """Refuse unknown keys."""

        unknown = RAISE


class OptionShape(Shape):
    """One answer of a choice."""

    value = fields.String(required=True, validate=LABEL)
    label = fields.String(validate=LABEL)
    aliases = fields.List(fields.String(validate=LABEL))


class OptionInput(fields.Field[Any]):
    """An option: a text stands for its own value and label."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return OPTION.load({"value": value} if isinstance(value, str) else value)


OPTION = OptionShape()


class RuleShape(Shape):
    """One rule of a form or of the rows of a table."""

    id = fields.String(required=True, validate=RULE_ID)
    severity = fields.String(required=True, validate=one_of("error", "confirm", "warning"))
    when = fields.String(required=True, validate=EXPRESSION)
    path = fields.String(required=True, validate=NAME)
    reason = fields.String(validate=NAME)
    text = fields.String(required=True, validate=TEXT)


class ColumnShape(Shape):
    """What a column of a table may say."""

    name = fields.String(required=True, validate=NAME)
    type = fields.String(required=True, validate=one_of(*TYPES))
    label = fields.String(required=True, validate=LABEL)
    help = fields.String(validate=TEXT)
    unit = fields.String(validate=validate.Length(max=20))
    required = fields.Boolean()
    required_when = fields.String(validate=EXPRESSION)
    options = fields.List(
        OptionInput(), validate=validate.Length(min=1, max=200, error="应有 1 至 200 个选项")
    )
    options_from = fields.String(validate=EXPRESSION)
    min = fields.Decimal(allow_nan=False)
    max = fields.Decimal(allow_nan=False)
    decimals = fields.Integer(strict=True, validate=validate.Range(0, 15))
    max_length = fields.Integer(strict=True, validate=validate.Range(1, 20_000))
    default = fields.Raw()
    default_from = fields.String(validate=EXPRESSION)
    placeholder_allowed = fields.Boolean()
    locked = fields.Boolean()
    starts = fields.Boolean()
    personal = fields.Boolean()
    printed = fields.Boolean()
    expression = fields.String(validate=EXPRESSION)


class GridShape(Shape):
    """One column of a table as people see it."""

    head = fields.String(required=True, validate=LABEL)
    cells = fields.List(fields.String(validate=NAME), required=True, validate=validate.Length(min=1, max=12))
    look = fields.String(load_default="", validate=one_of("group", "minor", ""))


class EarlierShape(Shape):
    """What a table takes from the year before."""

    show = fields.String(required=True, validate=NAME)
    match = fields.String(required=True, validate=NAME)
    same = fields.List(fields.String(validate=NAME), load_default=list)
    carry = fields.List(fields.String(validate=NAME), load_default=list)


class PartShape(Shape):
    """A single field of a total."""

    name = fields.String(required=True, validate=NAME)
    of = fields.String(validate=EXPRESSION)


class CardShape(Shape):
    """A total shown as arithmetic."""

    title = fields.String(required=True, validate=LABEL)
    total = fields.String(required=True, validate=NAME)
    parts = fields.List(fields.Nested(PartShape), load_default=list)
    table = fields.String(required=True, validate=NAME)
    by = fields.String(required=True, validate=NAME)
    points = fields.String(required=True, validate=NAME)
    of = fields.String(required=True, validate=NAME)
    expected = fields.String(load_default="")
    graded = fields.Boolean(load_default=False)


class MeterShape(Shape):
    """Which rows of a table are told in figures."""

    table = fields.String(required=True, validate=NAME)
    when = fields.String(required=True, validate=EXPRESSION)


class FigureShape(Shape):
    """One figure that a reader of the filed form sees first."""

    head = fields.String(required=True, validate=LABEL)
    value = fields.String(required=True, validate=EXPRESSION)
    look = fields.String(required=True, validate=one_of("points", "share", "money", "count"))
    note = fields.String(validate=TEXT)


class FieldShape(ColumnShape):
    """What a field may say; a table also has columns and row rules."""

    columns = fields.List(fields.Nested(ColumnShape), validate=validate.Length(min=1, max=60))
    rules = fields.List(fields.Nested(RuleShape))
    key = fields.String(validate=NAME)
    baseline = fields.String(validate=EXPRESSION)
    baseline_moves = fields.Boolean()
    min_rows = fields.Integer(strict=True, validate=validate.Range(0, 500))
    max_rows = fields.Integer(strict=True, validate=validate.Range(1, 500))
    grid = fields.List(fields.Nested(GridShape), validate=validate.Length(min=1, max=12))
    earlier = fields.Nested(EarlierShape)
    sum_of = fields.String(validate=SUM_OF)
    offered = fields.List(fields.String(validate=LABEL), validate=validate.Length(min=1, max=50))


class SectionShape(Shape):
    """A part of the form."""

    key = fields.String(required=True, validate=NAME)
    title = fields.String(required=True, validate=LABEL)
    help = fields.String(validate=TEXT)
    filled_by = fields.String(load_default="any", validate=one_of("business", "finance", "any"))
    fields_ = fields.List(
        fields.Nested(FieldShape), required=True, data_key="fields", validate=validate.Length(min=1, max=200)
    )


class DefinitionShape(Shape):
    """The whole file."""

    form = fields.String(required=True, validate=NAME)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000_000))
    title = fields.String(required=True, validate=LABEL)
    help = fields.String(load_default="", validate=TEXT)
    orientation = fields.String(load_default="portrait", validate=one_of("portrait", "landscape"))
    context = fields.List(fields.String(validate=NAME), load_default=list)
    optional_context = fields.List(fields.String(validate=NAME), load_default=list)
    functions = fields.List(fields.String(validate=NAME), load_default=list)
    sections = fields.List(
        fields.Nested(SectionShape), required=True, validate=validate.Length(min=1, max=30)
    )
    rules = fields.List(fields.Nested(RuleShape), load_default=list)
    card = fields.Nested(CardShape)
    meter = fields.Nested(MeterShape)
    figures = fields.List(
        fields.Nested(FigureShape), load_default=list, validate=validate.Length(max=4, error="最多 4 个")
    )


SHAPE = DefinitionShape()
