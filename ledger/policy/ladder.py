"""The reminder and escalation ladder of a task, from the policy values."""

from collections.abc import Mapping
from typing import Any


def standard_ladder(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return {before, after, recipients, at}; recipients by signed offset in days ("-10", "3").

    The reminder nearest to the due day goes to more people; escalation steps beyond the last list use the last list.
    """
    before = sorted(values["calendar.reminders_days_before"], reverse=True)
    after = sorted(values["calendar.escalation_days_after"])
    steps = values["calendar.escalation_recipients"]
    recipients = {str(-days): list(values["calendar.reminder_recipients"]) for days in before}
    if before:
        recipients[str(-before[-1])] = list(values["calendar.last_reminder_recipients"])
    for place, days in enumerate(after):
        recipients[str(days)] = list(steps[min(place, len(steps) - 1)])
    return {"before": before, "after": after, "recipients": recipients, "at": values["calendar.ladder_at"]}
