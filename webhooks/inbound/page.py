"""The page about calls: `python -m webhooks.inbound.page > docs/events-in.md`; a test compares."""

import json
from typing import Any

from apispec.ext.marshmallow.openapi import OpenAPIConverter

from webhooks.inbound.envelope import PREFIX
from webhooks.inbound.messages import MOST_ROWS, TYPES, CallType

HEAD = f"""# Calls of other systems

What other systems may tell Bihuan ([webhooks](webhooks.md)), one row per type. This page is made from `webhooks/inbound/messages.py` by
`python -m webhooks.inbound.page > docs/events-in.md`.

A call is one CloudEvents 1.0 event in JSON: `specversion` (`1.0`), `id`, `source`, `type`, `data`; `time` (when it was true: of two calls about the
same day the later one holds), `subject`, `datacontenttype` and `dataschema` may be there, extensions may not. Amounts are in yuan, as numbers or
text, with two decimals at most; at most {MOST_ROWS} rows a call. Unknown fields are refused.

| type | what it says | what becomes of it |
|---|---|---|
"""
WHAT = {
    "payment.progress": "the money of a project on a day; forms of the monitoring begin with it and say if something else is typed",
    "project.list": "new projects are added; changed ones too, unless somebody has begun to work on them",
    "budget.approved": "message `budget_approved` (`approved_on`, `meeting`, `document`) to the instances that wait for these project codes: "
    "budgets, where the policy has `approval.await_congress`",
    "upper.scored": "message `upper_score` (`passed`, `score`) to the direct funds whose targets wait for it",
    "message.sent": "the message to the one instance that waits for this name and key; the source must be allowed the name",
}


def schema(one: CallType) -> dict[str, Any]:
    """Return the JSON Schema of the `data` of a type."""
    converter = OpenAPIConverter("3.1.0", schema_name_resolver=lambda _: None, spec=None)  # type: ignore[arg-type]
    found = converter.schema2jsonschema(one.schema())  # type: ignore[no-untyped-call]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": PREFIX + one.name,
        "description": one.meaning,
    }
    return {**head, **json.loads(json.dumps(found, default=int))}


def page() -> str:
    """Return the page."""
    rows = "\n".join(f"| `{PREFIX}{one.name}` | {one.meaning} | {WHAT[one.name]} |" for one in TYPES.values())
    schemas = ",\n".join(
        f"{json.dumps(PREFIX + one.name)}: {json.dumps(schema(one), ensure_ascii=False)}"
        for one in TYPES.values()
    )
    return f"{HEAD}{rows}\n\n## JSON Schema of `data`, by type\n\n```json\n{{\n{schemas}\n}}\n```\n"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
