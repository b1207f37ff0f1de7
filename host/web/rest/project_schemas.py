"""The messages about projects and the search."""

from marshmallow import Schema, fields, validate

from host.web.rest.schemas import described
from host.web.rest.year_schemas import Member, NumberedPage
from host.web.year.words import FUNDS
from ledger.searching import KINDS, LONGEST
from ledger.stage_names import STAGES


class ProjectsQuery(NumberedPage):
    """Which projects: everything that is left out is open."""

    year = fields.Integer(load_default=None)
    text = fields.String(
        data_key="q",
        load_default="",
        validate=validate.Length(max=60),
        metadata=described("名称或编号里的字"),
    )
    unit = fields.Integer(load_default=None, metadata=described("单位编号"))
    fund = fields.String(load_default="", validate=validate.OneOf(["", *FUNDS]))
    stage = fields.String(
        load_default="", validate=validate.OneOf(["", *STAGES]), metadata=described("正在办的环节")
    )


class ListedProject(Schema):
    """A project of a year."""

    id = fields.Integer()
    year = fields.Integer()
    code = fields.String()
    name = fields.String()
    organisation_id = fields.Integer()
    office = fields.String()
    track = fields.String()
    central_transfer = fields.Boolean()
    budget_amount = fields.Decimal(as_string=True, metadata=described("年初预算,元") | {"type": "string"})


class ProjectsPage(Schema):
    """A page of projects, and how many there are on all pages."""

    total = fields.Integer()
    items = fields.List(fields.Nested(ListedProject))


class StageOfProject(Member):
    """A stage the project is in, with its year."""

    year = fields.Integer()


class ScoreOfProject(Schema):
    """What was scored or concluded. passed: of a monitoring round."""

    year = fields.Integer()
    stage = fields.String()
    round = fields.Integer()
    own = fields.Decimal(as_string=True, allow_none=True, metadata={"type": ["string", "null"]})
    finance = fields.Decimal(as_string=True, allow_none=True, metadata={"type": ["string", "null"]})
    grade = fields.String(allow_none=True)
    passed = fields.Boolean(allow_none=True)
    instance_id = fields.UUID()


class OpenTaskOfProject(Schema):
    """A task of the project that is open now."""

    instance_id = fields.UUID()
    name = fields.String()
    office = fields.String(allow_none=True)
    role = fields.String()
    assignee_name = fields.String(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)


class FiledOfProject(Schema):
    """A form that was handed in."""

    instance_id = fields.UUID()
    name = fields.String()
    stage = fields.String()
    round = fields.Integer()
    actor_name = fields.String()
    submitted_at = fields.AwareDateTime()
    withdrawn = fields.Boolean()


class ReturnOfProject(Schema):
    """Something that was sent back. remarks: [field path, text] pairs."""

    instance_id = fields.UUID()
    from_name = fields.String()
    to_name = fields.String()
    reason = fields.String()
    remarks = fields.List(fields.List(fields.String()))
    returned_by_name = fields.String()
    returned_at = fields.AwareDateTime()


class MoneyOfProject(Schema):
    """A project's budgets and the latest word about its money, in yuan; as_of: on which day, if anything is known."""

    as_of = fields.Date(allow_none=True)
    source = fields.String(allow_none=True)
    budget_amount = fields.Decimal(as_string=True, metadata={"type": "string"})
    adjusted_amount = fields.Decimal(as_string=True, allow_none=True, metadata={"type": ["string", "null"]})
    adjusted_basis = fields.String(allow_none=True)
    arrived_amount = fields.Decimal(as_string=True, allow_none=True, metadata={"type": ["string", "null"]})
    executed_amount = fields.Decimal(as_string=True, allow_none=True, metadata={"type": ["string", "null"]})


class ProjectLife(Schema):
    """One project: its money, its stages over the years, who has it now, what was filed, scored and sent back."""

    project = fields.Nested(ListedProject)
    money = fields.Nested(MoneyOfProject)
    members = fields.List(fields.Nested(StageOfProject))
    live = fields.List(fields.Nested(OpenTaskOfProject))
    filed = fields.List(fields.Nested(FiledOfProject))
    scores = fields.List(fields.Nested(ScoreOfProject))
    returns = fields.List(fields.Nested(ReturnOfProject))


class SearchQuery(NumberedPage):
    """What to look for: all words, parted by blanks, must be there."""

    q = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    kind = fields.String(load_default="project", validate=validate.OneOf(KINDS))


class SearchHit(Schema):
    """Something that was found; excerpt: what stands before, the word itself, what follows."""

    project_id = fields.Integer(allow_none=True)
    instance_id = fields.UUID(allow_none=True)
    title = fields.String()
    code = fields.String()
    office = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    who = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)
    excerpt = fields.List(fields.String())


class SearchHits(Schema):
    """A page of what was found; total: up to 1,000."""

    total = fields.Integer()
    hits = fields.List(fields.Nested(SearchHit), data_key="items")
