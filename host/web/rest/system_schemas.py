"""The messages about other systems: who is told, who calls, what waits."""

from marshmallow import Schema, fields, validate

from host.web.rest.register_schemas import PlaceQuery
from host.web.rest.schemas import described
from webhooks.inbound.messages import TYPES

NAME = validate.Length(min=1, max=100)
PAGE_NUMBER = validate.Range(1, 10_000)


class Counted(Schema):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=PAGE_NUMBER)


class ReceiverWritten(Schema):
    """Who is to be told of what."""

    name = fields.String(required=True, validate=NAME)
    address = fields.String(required=True, validate=validate.Length(1, 2000))
    event_types = fields.List(
        fields.String(), required=True, metadata=described("如 task.completed、task.* 或 *", ["task.*"])
    )


class ReceiverAdded(ReceiverWritten, PlaceQuery):
    """The same, and of which jurisdiction."""

    organisation_id = fields.Integer(load_default=None, allow_none=True)


class Receiver(Schema):
    """Who is told, and how it stands; never its key."""

    id = fields.Integer()
    name = fields.String()
    address = fields.String()
    event_types = fields.List(fields.String())
    place = fields.String()
    organisation = fields.String(allow_none=True)
    waiting = fields.Integer()
    delivered = fields.Integer()
    dead = fields.Integer()
    failures = fields.Integer()
    closed_until = fields.AwareDateTime(allow_none=True)
    paused_at = fields.AwareDateTime(allow_none=True)
    pause_reason = fields.String(allow_none=True)


class Receivers(Schema):
    """All of them."""

    items = fields.List(fields.Nested(Receiver))


class DeliveryQuery(Counted):
    """Which deliveries."""

    status = fields.String(load_default=None, validate=validate.OneOf(["planned", "delivered", "dead"]))


class Delivery(Schema):
    """One event for one receiver, with how its last attempt went."""

    id = fields.UUID()
    type = fields.String()
    status = fields.String()
    attempts = fields.Integer()
    created_at = fields.AwareDateTime()
    next_attempt_at = fields.AwareDateTime()
    status_code = fields.Integer(allow_none=True)
    told = fields.String(allow_none=True)


class Deliveries(Schema):
    """Fifty of them, the newest first."""

    items = fields.List(fields.Nested(Delivery))


class Attempt(Schema):
    """How one attempt went."""

    at = fields.AwareDateTime()
    milliseconds = fields.Integer()
    status_code = fields.Integer(allow_none=True)
    told = fields.String()


class DeliveryShown(Schema):
    """A delivery with its body and every attempt."""

    id = fields.UUID()
    type = fields.String()
    status = fields.String()
    body = fields.String(metadata=described("送去的内容"))
    attempts = fields.List(fields.Nested(Attempt))


class KeyMade(Schema):
    """A signing key; told once, kept encrypted."""

    id = fields.String()
    command = fields.String()
    key = fields.String(metadata=described("只显示这一次"))


class Because(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class SourceWritten(Schema):
    """Who may say what."""

    name = fields.String(required=True, validate=NAME)
    call_types = fields.List(fields.String(validate=validate.OneOf([*TYPES])), required=True)
    messages = fields.List(
        fields.String(), load_default=list, metadata=described("可以发给流程的消息名称", ["papers"])
    )


class SourceAdded(SourceWritten, PlaceQuery):
    """The same, and about which jurisdiction."""


class SourceShown(Schema):
    """Who calls, and what became of it; never its key."""

    id = fields.Integer()
    name = fields.String()
    place = fields.String()
    call_types = fields.List(fields.String())
    messages = fields.List(fields.String())
    accepted = fields.Integer()
    applied = fields.Integer()
    quarantined = fields.Integer()
    dropped = fields.Integer()
    last_at = fields.AwareDateTime(allow_none=True)
    paused_at = fields.AwareDateTime(allow_none=True)
    pause_reason = fields.String(allow_none=True)


class SourcesShown(Schema):
    """All of them."""

    items = fields.List(fields.Nested(SourceShown))


class CallQuery(Counted):
    """Which calls."""

    source_id = fields.Integer(load_default=None)
    status = fields.String(
        load_default=None, validate=validate.OneOf(["accepted", "applied", "quarantined", "dropped"])
    )


class CallShown(Schema):
    """A call. misfits: what fitted nothing, by kind and key, and why."""

    id = fields.Integer()
    source_id = fields.Integer()
    parent_id = fields.Integer(allow_none=True)
    message_id = fields.String(allow_none=True)
    type = fields.String()
    status = fields.String()
    received_at = fields.AwareDateTime()
    applied = fields.Integer()
    misfits = fields.List(fields.Dict())
    matches = fields.Dict()
    reason = fields.String(allow_none=True)
    data = fields.Dict()


class CallsShown(Schema):
    """Fifty of them, the newest first."""

    items = fields.List(fields.Nested(CallShown))


class Matches(Schema):
    """What codes mean here: `project:OLD-1` → `P1`."""

    matches = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.Length(max=200)), load_default=dict
    )
