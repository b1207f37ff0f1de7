"""The messages of /api/v1."""

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

TEXT = validate.Length(min=1, max=1000)


def described(words: str, example: Any = None) -> dict[str, Any]:
    """Return what the description says of a field."""
    return {"description": words} | ({} if example is None else {"example": example})


class Problem(Schema):
    """What went wrong (RFC 9457), with facts of its own. code: stable, for programs; detail: for people, with the next step."""

    class Meta:
        unknown = INCLUDE

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String(metadata=described("不变的代码", "task.wrong_state"))
    request_id = fields.String()
    errors = fields.List(fields.Dict(), metadata=described("表单或请求里每一处要改的地方"))


class PersonRef(Schema):
    """Somebody, as records show him."""

    id = fields.Integer()
    name = fields.String()


class Task(Schema):
    """A user task."""

    id = fields.UUID()
    instance_id = fields.UUID()
    name = fields.String(metadata=described("环节", "审核自评表"))
    title = fields.String()
    subject_code = fields.String()
    stage = fields.String()
    role = fields.String(metadata=described("可以认领的岗位", "section"))
    organisation_id = fields.Integer()
    form_key = fields.String(allow_none=True)
    round = fields.Integer()
    status = fields.String(validate=validate.OneOf(["open", "suspended", "completed", "cancelled"]))
    assignee_id = fields.Integer(allow_none=True)
    assignee_name = fields.String(allow_none=True)
    owner_name = fields.String(allow_none=True, metadata=described("谁委派的"))
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    late = fields.Boolean()


class Page(Schema):
    """Which part of a list."""

    cursor = fields.String(
        load_default="", validate=validate.Length(max=300), metadata=described("上一页的 next")
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class TaskQuery(Page):
    """Which tasks."""

    view = fields.String(load_default="all", validate=validate.OneOf(["all", "mine", "group", "done"]))


class Tasks(Schema):
    """A page of tasks, soonest due first (done: newest first). next: null on the last page."""

    items = fields.List(fields.Nested(Task))
    next = fields.String(allow_none=True)


class Commanded(Schema):
    """A command was carried out."""

    id = fields.String(metadata=described("任务或所建对象的编号"))
    command = fields.String(metadata=described("做了什么", "task.claim"))


class Values(Schema):
    """What was typed into a form, by field name; money in 万元."""

    values = fields.Dict(
        keys=fields.String(), required=True, metadata=described("按字段名", {"agreed": True})
    )


class Draft(Values):
    """A draft. revision: also the ETag."""

    revision = fields.Integer(dump_only=True)
    saved_at = fields.AwareDateTime(dump_only=True, allow_none=True)


class Place(Schema):
    """An element of a process."""

    definition_key = fields.String(required=True)
    element_id = fields.String(required=True)


class Remark(Schema):
    """A word on one field, row or cell of the form that is returned."""

    path = fields.String(
        required=True, validate=TEXT, metadata=described("字段、行或格,* 是整张表", "lines[2].actual")
    )
    text = fields.String(required=True, validate=TEXT)


class Answer(Schema):
    """What is said to one remark of a return. number: of the remark, from 0."""

    return_id = fields.Integer(required=True, metadata=described("退回", 7))
    number = fields.Integer(required=True, metadata=described("第几条,从 0 起", 0))
    text = fields.String(load_default="", metadata=described("改了什么,或为何未改", "已按批复口径更正"))
    done = fields.Boolean(load_default=False)


class Answers(Schema):
    """Answers to remarks; those left out stay as they are."""

    answers = fields.List(fields.Nested(Answer), required=True)


class Verdict(Schema):
    """What a reviewer says of one remark. number: of the remark, from 0."""

    return_id = fields.Integer(required=True, metadata=described("退回", 7))
    number = fields.Integer(required=True, metadata=described("第几条,从 0 起", 0))
    settled = fields.Boolean(required=True, metadata=described("是否解决", example=False))


class Verdicts(Schema):
    """Verdicts on remarks; those left out stay as they are."""

    verdicts = fields.List(fields.Nested(Verdict), required=True)


class Answered(Schema):
    """How many answers or verdicts changed."""

    kept = fields.Integer()


class Return(Schema):
    """Send a task back. dry_run: only say what would happen."""

    to = fields.Nested(Place, required=True)
    reason = fields.String(load_default="")
    remarks = fields.List(fields.Nested(Remark), load_default=list)
    dry_run = fields.Boolean(load_default=False)


class Target(Schema):
    """A step a task may be returned to."""

    to = fields.Nested(Place)
    name = fields.String()
    round = fields.Integer()
    people = fields.List(fields.Nested(PersonRef))
    done_at = fields.AwareDateTime()


class Targets(Schema):
    """The steps, the nearest first."""

    items = fields.List(fields.Nested(Target))


class To(Schema):
    """To whom."""

    person_id = fields.Integer(required=True)


class Transfer(To):
    """Hand over for good."""

    reason = fields.String(required=True, validate=TEXT)


class Note(Schema):
    """A few words."""

    text = fields.String(load_default="", validate=validate.Length(max=1000))


class Words(Schema):
    """Words that are needed."""

    text = fields.String(required=True, validate=TEXT)


class People(Schema):
    """Several people."""

    person_ids = fields.List(fields.Integer(), required=True, validate=validate.Length(1, 100))


class AddSigners(People):
    """Who shall sign too (加签)."""

    where = fields.String(required=True, validate=validate.OneOf(["before", "after"]))
    reason = fields.String(required=True, validate=TEXT)


class Told(Schema):
    """How many were told."""

    told = fields.Integer()


class Attachment(Schema):
    """A file beside a form."""

    id = fields.UUID()
    task_id = fields.UUID()
    field = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    added_by_name = fields.String()
    added_at = fields.AwareDateTime()


class Attachments(Schema):
    """The files of an instance, oldest first."""

    items = fields.List(fields.Nested(Attachment))


class Loose(Schema):
    """A message whose parts are described by its example."""

    class Meta:
        unknown = INCLUDE


class Event(Schema):
    """One thing that happened."""

    at = fields.AwareDateTime()
    kind = fields.String(metadata=described("", "task.completed"))
    task_id = fields.UUID(allow_none=True)
    element_id = fields.String(allow_none=True)
    name = fields.String()
    actor_name = fields.String()
    text = fields.String(metadata=described("一句话", "张三办结“填报自评表”"))


class Events(Schema):
    """A page of the story, the first first."""

    items = fields.List(fields.Nested(Event))
    next = fields.String(allow_none=True)


class Me(Schema):
    """Who is signed in. form_token: what a browser's session sends as X-Form-Token with each command."""

    account_id = fields.Integer()
    person_id = fields.Integer(allow_none=True)
    name = fields.String()
    organisation = fields.String()
    jurisdiction = fields.String()
    roles = fields.List(fields.Dict())
    permissions = fields.List(fields.String())
    form_token = fields.String(allow_none=True)


class Comment(Schema):
    """A word left on a task."""

    task_name = fields.String()
    author_name = fields.String()
    text = fields.String()
    created_at = fields.AwareDateTime()


class Comments(Schema):
    """The words left on the tasks of an instance."""

    items = fields.List(fields.Nested(Comment))
