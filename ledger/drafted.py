"""A circular as its form begins: the title, the text, and the late submissions it would list."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.lateness import LATE, lines
from ledger.model.circulars import Circular
from ledger.place import Place


def drafted(session: Session, place: Place) -> dict[str, Any] | None:
    """Return the draft that a flow decides; None if the flow decides none."""
    one = session.scalars(select(Circular).where(Circular.instance_id == place.instance_id)).first()
    if one is None:
        return None
    rows = [
        {
            "no": row.line_no,
            "unit": row.unit,
            "subject": f"{row.subject_code} {row.project}" if row.project else row.name,
            "due": row.due_on,
            "state": "仍未报送" if row.delivered_on is None else f"{row.delivered_on} 补报",
            "left_out": row.left_out,
        }
        for row in lines(session, LATE.c.circular_id == one.id)
    ]
    return {"title": one.title, "body": one.body, "lines": rows}
