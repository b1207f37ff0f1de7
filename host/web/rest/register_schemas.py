"""The messages about the register: organisations, people, roles, substitutes, accounts."""

from marshmallow import Schema, fields, validate

from host.model.accounts import DUTIES
from host.web.rest.schemas import TEXT, Page, described
from ledger.model.register import ORGANISATION_KINDS
from ledger.roles import ROLES

NAME = validate.Length(min=1, max=100)


class PlaceQuery(Schema):
    """Of which jurisdiction; only an administrator has a choice."""

    place = fields.Integer(metadata=described("区划编号;只有管理员可选"))


class Organisation(Schema):
    """An organisation. depth: 0 at the top; people: who work there now."""

    id = fields.Integer(dump_only=True)
    code = fields.String(required=True, validate=NAME)
    name = fields.String(required=True, validate=NAME)
    kind = fields.String(required=True, validate=validate.OneOf(ORGANISATION_KINDS))
    parent_id = fields.Integer(load_default=None, allow_none=True)
    valid_to = fields.Date(dump_only=True, allow_none=True)
    depth = fields.Integer(dump_only=True)
    people = fields.Integer(dump_only=True)


class Organisations(Schema):
    """The tree, each under its parent."""

    items = fields.List(fields.Nested(Organisation))


class OrganisationChange(Schema):
    """Another name or place in the tree."""

    name = fields.String(required=True, validate=NAME)
    parent_id = fields.Integer(load_default=None, allow_none=True)


class Day(Schema):
    """The last day of something."""

    on = fields.Date(required=True, metadata=described("最后一天", "2022-12-31"))


class PeopleQuery(PlaceQuery):
    """Which people."""

    organisation_id = fields.Integer()
    q = fields.String(load_default="", validate=validate.Length(max=60))


class PersonWritten(Schema):
    """What is written about a person."""

    organisation_id = fields.Integer(required=True)
    name = fields.String(required=True, validate=NAME)
    code = fields.String(load_default="", validate=validate.Length(max=100))


class Role(Schema):
    """A role of somebody, with its days."""

    id = fields.Integer(dump_only=True)
    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    organisation_id = fields.Integer(required=True)
    valid_from = fields.Date(load_default=None, allow_none=True, metadata=described("缺省为今天"))
    valid_to = fields.Date(load_default=None, allow_none=True)


class Person(Schema):
    """Somebody in the register; roles only of one."""

    id = fields.Integer()
    name = fields.String()
    code = fields.String(allow_none=True)
    organisation_id = fields.Integer()
    left_on = fields.Date(allow_none=True)
    roles = fields.List(fields.Nested(Role))


class Staff(Schema):
    """People, by name; those who left last."""

    items = fields.List(fields.Nested(Person))


class RoleAt(Schema):
    """A role at an organisation."""

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    organisation_id = fields.Integer(required=True)


class Substitute(Schema):
    """Who acts for whom (代理). roles: none for all; onward: his own substitute may act too; sure: knowing what speaks
    against it."""

    id = fields.Integer(dump_only=True)
    person_id = fields.Integer(dump_only=True)
    name = fields.String(dump_only=True)
    substitute_id = fields.Integer(required=True)
    substitute = fields.String(dump_only=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True)
    roles = fields.List(fields.Nested(RoleAt), load_default=list)
    onward = fields.Boolean(load_default=False)
    reason = fields.String(required=True, validate=TEXT)
    sure = fields.Boolean(load_default=False, load_only=True)
    over = fields.Boolean(dump_only=True)


class Substitutes(Schema):
    """Given and received; those that are not over first."""

    items = fields.List(fields.Nested(Substitute))


class AccountQuery(Page):
    """Which accounts."""

    class Meta:
        exclude = ("cursor", "limit")

    q = fields.String(load_default="", validate=validate.Length(max=60))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class AccountMade(Schema):
    """An account of a person of the register, or with an administrative duty, never both."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=60))
    person_id = fields.Integer(load_default=None, allow_none=True)
    name = fields.String(load_default="", metadata=described("管理员的姓名;人员的账号用名册里的姓名"))
    duty = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(DUTIES))


class Account(Schema):
    """An account, without anything that opens it."""

    id = fields.Integer()
    login = fields.String()
    name = fields.String()
    person_id = fields.Integer(allow_none=True)
    duty = fields.String(allow_none=True)
    locked_until = fields.AwareDateTime(allow_none=True)
    disabled_at = fields.AwareDateTime(allow_none=True)
    must_change = fields.Boolean()


class Accounts(Schema):
    """A page of accounts. total: on all pages."""

    items = fields.List(fields.Nested(Account))
    total = fields.Integer()


class OneTimePassword(Schema):
    """A password that is good for one time; told once, kept nowhere."""

    id = fields.String()
    command = fields.String()
    password = fields.String(metadata=described("只显示这一次"))
