"""The page about events: `python -m webhooks.page > docs/events.md`; a test compares."""

import json

from webhooks.catalogue import TYPES, schema

HEAD = """# Events

What other systems can be told of ([webhooks](webhooks.md)), one row per type; ask for a type, a family (`task.*`) or everything (`*`).
This page is made from `webhooks/catalogue.py` by `python -m webhooks.page > docs/events.md`.

Every body is a CloudEvents 1.0 event in JSON: `specversion`, `id` (the number of the event), `source` (`/bihuan/jurisdictions/N`), `type`
(`bihuan.` and the name below), `time`, `subject` (the business key of the instance, if there is one), `data`. `data.facts` holds the facts of
the table, `data.instance` and `data.task` say where it happened. No names of people and nothing of what they typed goes out,
except the reasons given for a return, a waiver or a stop.

| type | what happened | facts |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    rows = [
        f"| `{one.name}` | {one.meaning} | {', '.join(f'`{name}`' for name in one.facts) or '—'} |"
        for one in TYPES.values()
    ]
    schemas = {f"bihuan.{one.name}": schema(one) for one in TYPES.values()}
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False)}" for name, one in schemas.items()
    )
    return (
        HEAD + "\n".join(rows) + f"\n\n## JSON Schema of `data`, by type\n\n```json\n{{\n{lines}\n}}\n```\n"
    )


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
