"""Keep a failure where an element is reached, e.g. a timer whose expression cannot be evaluated."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import FAILURES


class Guarded:
    """For elements that evaluate something before they run: the token waits, failed, until it is retried."""

    def _update(self, token: Any) -> None:
        if token.is_failed:
            return
        try:
            super()._update(token)  # type: ignore[misc]
        except FAILURES as error:
            token.fail(error)
            token._set_state(spiff.WAITING)
