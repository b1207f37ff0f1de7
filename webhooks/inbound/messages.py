"""What may be said to us: the types, and the schema of each one's data. Unknown fields are refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

MOST_ROWS: Final = 2_000
MOST_VALUES: Final = 50
CODE = validate.Length(min=1, max=100, error="应为 1 至 100 个字符")
NUMBER = ["number", "string"]
YEAR = validate.Range(2000, 2100, error="应为 2000 至 2100")
ROWS = validate.Length(min=1, max=MOST_ROWS, error=f"应有 1 至 {MOST_ROWS} 行")
TRACKS = ("project", "direct", "rural", "ssf", "ppp", "bond", "pre_eval")


def means(words: str, **more: Any) -> dict[str, Any]:
    """Return what the generated schema says of a field."""
    return {"metadata": {"description": words, **more}}


def money(words: str, **other: Any) -> fields.Decimal:
    """Return a field for an amount in yuan; text or number, two decimals."""
    most = validate.Range(0, 10**13, error="应为 0 至 10 万亿元")
    return fields.Decimal(
        places=None,
        allow_nan=False,
        validate=[most, _two_decimals],
        **means(words, type=NUMBER),
        **other,
    )


def _two_decimals(value: Decimal) -> None:
    if int(value.normalize().as_tuple().exponent) < -2:
        raise ValidationError("最多两位小数")


class Said(Schema):
    """The base of all: nothing unknown."""

    class Meta:
        """Refuse what is not named."""

        unknown = RAISE


class PaymentRow(Said):
    """One project's money, in yuan since the year began."""

    project = fields.String(required=True, validate=CODE, **means("项目编码"))
    budget_amount = money("年初预算数", load_default=None, allow_none=True)
    adjusted_amount = money("调整后预算数", load_default=None, allow_none=True)
    arrived_amount = money("到位资金数", load_default=None, allow_none=True)
    executed_amount = money("执行数", required=True)


class PaymentProgress(Said):
    """How far projects are paid on a day."""

    year = fields.Integer(required=True, strict=True, validate=YEAR, **means("预算年度"))
    as_of = fields.Date(required=True, **means("截至哪一天"))
    rows = fields.List(fields.Nested(PaymentRow), required=True, validate=ROWS)

    @validates_schema
    def the_day_is_of_the_year(self, data: Mapping[str, Any], **_: Any) -> None:
        """The day lies in the year or in the one in which its accounts are closed."""
        if data["as_of"].year not in (data["year"], data["year"] + 1):
            raise ValidationError("应在预算年度内或次年", "as_of")


class ProjectRow(Said):
    """One project of the list."""

    project = fields.String(required=True, validate=CODE, **means("项目编码"))
    name = fields.String(required=True, validate=validate.Length(1, 300), **means("项目名称"))
    organisation = fields.String(required=True, validate=CODE, **means("单位编码"))
    budget_amount = money("年初预算数", required=True)
    track = fields.String(load_default="project", validate=validate.OneOf(TRACKS), **means("类别"))
    is_new = fields.Boolean(load_default=False, truthy={True}, falsy={False}, **means("新增项目"))
    specialised = fields.Boolean(load_default=False, truthy={True}, falsy={False}, **means("专业性强"))
    central_transfer = fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, **means("不予自评的中央转移支付")
    )


class ProjectList(Said):
    """The projects of a year, or those that are new."""

    year = fields.Integer(required=True, strict=True, validate=YEAR, **means("预算年度"))
    rows = fields.List(fields.Nested(ProjectRow), required=True, validate=ROWS)


class ApprovedRow(Said):
    """A project whose budget was approved."""

    project = fields.String(required=True, validate=CODE, **means("项目编码"))


class BudgetApproved(Said):
    """The people's congress has approved the budget."""

    year = fields.Integer(required=True, strict=True, validate=YEAR, **means("预算年度"))
    approved_on = fields.Date(required=True, **means("批准日期"))
    meeting = fields.String(required=True, validate=validate.Length(1, 200), **means("哪次会议"))
    document = fields.String(load_default="", validate=validate.Length(max=200), **means("文号"))
    rows = fields.List(fields.Nested(ApprovedRow), required=True, validate=ROWS)


class ScoreRow(Said):
    """What the upper level says of one project of direct funds."""

    project = fields.String(required=True, validate=CODE, **means("项目编码"))
    passed = fields.Boolean(required=True, truthy={True}, falsy={False}, **means("是否合格"))
    score = fields.Decimal(
        load_default=None,
        allow_none=True,
        allow_nan=False,
        validate=[validate.Range(0, 100, error="应为 0 至 100"), _two_decimals],
        **means("得分", type=NUMBER),
    )


class UpperScores(Said):
    """What the upper level scored."""

    year = fields.Integer(required=True, strict=True, validate=YEAR, **means("预算年度"))
    rows = fields.List(fields.Nested(ScoreRow), required=True, validate=ROWS)


class Message(Said):
    """A message for the instance that waits for it. payload: plain values only."""

    name = fields.String(required=True, validate=CODE, **means("消息名称,应在来源允许的名单里"))
    key = fields.String(required=True, validate=CODE, **means("关联号"))
    payload = fields.Dict(
        keys=fields.String(
            validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,59}$", error="应为小写字母开头的名称")
        ),
        values=fields.Raw(),
        load_default=dict,
        **means("交给流程的值:文字、数字、是否或空", maxProperties=MOST_VALUES),
    )

    @validates_schema
    def values_are_plain(self, data: Mapping[str, Any], **_: Any) -> None:
        """Nothing nested goes into a diagram."""
        if len(data["payload"]) > MOST_VALUES:
            raise ValidationError(f"最多 {MOST_VALUES} 项", "payload")
        for name, value in data["payload"].items():
            if isinstance(value, dict | list) or (isinstance(value, str) and len(value) > 2_000):
                raise ValidationError({name: ["应为文字(2000 字以内)、数字、是否或空"]}, "payload")


@dataclass(frozen=True)
class CallType:
    """Something that may be said. schema: of its data."""

    name: str
    meaning: str
    schema: type[Said]


TYPES: Final = {
    one.name: one
    for one in (
        CallType("payment.progress", "支付进度", PaymentProgress),
        CallType("project.list", "项目清单", ProjectList),
        CallType("budget.approved", "人大批准预算", BudgetApproved),
        CallType("upper.scored", "直达资金上级评分", UpperScores),
        CallType("message.sent", "给流程的其他消息", Message),
    )
}
