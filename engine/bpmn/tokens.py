# mypy: disallow-subclassing-any=False
"""A token: where an instance stands in its diagram."""

from typing import Any
from uuid import UUID

from engine.bpmn import spiff
from engine.bpmn.failing import FAILURES, reason

FAILURE = "failure"


class Token(spiff.Task):
    """A task of SpiffWorkflow without its logging and copying.

    Its outgoing tokens are planted when it runs, not predicted ahead: an image holds no future, and nothing needs
    to be predicted after a restore. owns_data: it has a layer of variables of its own.
    """

    _state: int

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: Any = None,
        state: int = spiff.FUTURE,
        id: UUID | None = None,
    ) -> None:
        self.owns_data = False
        super().__init__(workflow, task_spec, parent=parent, state=state, id=id)
        if parent is not None:
            self.data = parent.data

    @property
    def is_failed(self) -> bool:
        """Whether it stands still because of a failure."""
        return FAILURE in self.internal_data

    @property
    def interrupts(self) -> bool:
        """Whether its event takes the work away that it is attached to."""
        return bool(getattr(self.task_spec, "cancel_activity", False))

    def fail(self, error: Exception) -> None:
        """Stand still with this reason."""
        self.internal_data[FAILURE] = reason(error)

    def run(self) -> bool:
        """Do the work of the element and move on; keep a failure instead of raising it."""
        spec = self.task_spec
        try:
            if not isinstance(spec, spiff.MultiChoice | spiff.EventBasedGateway):
                spec._predict_hook(self)
            spec._run_hook(self)
        except FAILURES as error:
            self.fail(error)
            return False
        if self._state & spiff.FINISHED:
            return False  # what it threw took it away
        self.complete()
        return True

    def cancel(self) -> None:
        """Withdraw it with everything that depends on it."""
        if self._state & spiff.FINISHED:
            super().cancel()
            return
        for child in self.children:
            if child._state & spiff.LIVE:
                child.cancel()
        super().cancel()

    def _set_state(self, value: int) -> None:
        before, self._state = self._state, value
        if before != value:
            self.workflow.top_workflow.note(self, before, value)

    def _inherit_data(self) -> None:
        if not self.owns_data:
            self.data = self.parent.data

    def _add_child(self, task_spec: Any, state: int = spiff.FUTURE) -> "Token":
        child = Token(self.workflow, task_spec, self, state=state)
        if state == spiff.READY:
            child._ready()
        return child
