"""The messages about a year: its map and the rows behind its numbers."""

from marshmallow import Schema, fields, validate

from host.web.rest.schemas import described
from host.web.year.words import KINDS, STATES


class NumberedPage(Schema):
    """Which page of a list of fifty."""

    page = fields.Integer(
        load_default=1, validate=validate.Range(min=1), metadata=described("第几页,每页 50 行")
    )


class Years(Schema):
    """The budget years that are planned, the newest first; the one that is being worked on."""

    items = fields.List(fields.Integer())
    current = fields.Integer(allow_none=True)


class MembersQuery(NumberedPage):
    """Which members: everything that is left out is open."""

    stage = fields.String(load_default="", metadata=described("环节", "self_evaluation"))
    round = fields.Integer(load_default=None, validate=validate.Range(min=1))
    kind = fields.List(
        fields.String(validate=validate.OneOf(list(KINDS))),
        load_default=list,
        metadata=described("对象,可写多次"),
    )
    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    unit = fields.Integer(load_default=None, metadata=described("单位编号"))


class Member(Schema):
    """A member of a stage. state: as in the words of the year page; reason, rule_id: why it is not asked for."""

    id = fields.Integer()
    title = fields.String()
    subject_kind = fields.String()
    subject_code = fields.String()
    organisation_id = fields.Integer()
    office = fields.String(allow_none=True)
    stage = fields.String()
    round = fields.Integer()
    kind = fields.String()
    state = fields.String()
    due_at = fields.AwareDateTime()
    why = fields.String(allow_none=True, data_key="reason")
    rule_id = fields.String(allow_none=True)
    instance_id = fields.UUID(allow_none=True)


class Members(Schema):
    """A page of members, and how many there are on all pages."""

    total = fields.Integer()
    items = fields.List(fields.Nested(Member))


class OverdueQuery(NumberedPage):
    """Whose tasks; of every office if it is left out."""

    unit = fields.Integer(load_default=None, metadata=described("单位编号"))


class OverdueTask(Schema):
    """A task that is overdue."""

    id = fields.UUID()
    name = fields.String()
    title = fields.String()
    subject_code = fields.String()
    organisation_id = fields.Integer()
    office = fields.String(allow_none=True)
    role = fields.String()
    assignee_name = fields.String(allow_none=True)
    due_at = fields.AwareDateTime()
    instance_id = fields.UUID()


class OverdueTasks(Schema):
    """A page of overdue tasks, the oldest first, and how many there are on all pages."""

    total = fields.Integer()
    items = fields.List(fields.Nested(OverdueTask))


class StageNumbers(Schema):
    """A stage of the loop with its numbers; look: done, now or ahead."""

    stage = fields.String()
    round = fields.Integer()
    name = fields.String()
    status = fields.String()
    due_at = fields.AwareDateTime()
    look = fields.String()
    asked = fields.Integer()
    handed = fields.Integer()
    lacking = fields.Integer()
    done = fields.Integer()


class CoverCell(Schema):
    """A cell of the coverage; words stand where there are no numbers."""

    column = fields.String()
    words = fields.String()
    why = fields.String()
    asked = fields.Integer()
    handed = fields.Integer()
    lacking = fields.Integer()
    waived = fields.Integer()
    excluded = fields.Integer()


class CoverLine(Schema):
    """What the year is about, with a cell for each column."""

    kind = fields.String()
    name = fields.String()
    cells = fields.List(fields.Nested(CoverCell))


class OfficeOverdue(Schema):
    """An office and how many of its tasks are overdue."""

    id = fields.Integer()
    name = fields.String()
    number = fields.Integer()
    oldest = fields.AwareDateTime(allow_none=True)


class ForecastNumbers(Schema):
    """days: working days left; recent: handed in in the last five; by_due: what will be there on the day."""

    days = fields.Integer()
    recent = fields.Integer()
    by_due = fields.Integer()


class YearMap(Schema):
    """The map of a year."""

    year = fields.Integer()
    sentence = fields.String()
    forecast = fields.Nested(ForecastNumbers, allow_none=True)
    stages = fields.List(fields.Nested(StageNumbers))
    overdue = fields.List(fields.Nested(OfficeOverdue))
    coverage = fields.List(fields.Nested(CoverLine))
