"""What can go wrong in a running diagram."""

from collections.abc import Sequence
from typing import Any

from engine.bpmn import spiff
from engine.errors import BihuanError, Conflict, InvalidInput


class TaskNotLive(Conflict):
    """The task is not waiting (any more) in this instance."""

    code = "task.not_live"


class TargetRefused(InvalidInput):
    """A token cannot be taken to this element."""

    code = "return.refused"


class CrossingRefused(InvalidInput):
    """Live tokens have no place in another version of the diagram. fates: why, for each of them."""

    code = "migration.refused"
    fates: Sequence[Any] = ()


class StepNotSkippable(InvalidInput):
    """A failed step of this kind cannot be counted as done."""

    code = "step.not_skippable"


class StepFailed(BihuanError):
    """An automatic step of a diagram cannot go on; it stands still as a Failure until it is retried."""

    code = "step.failed"


class InstanceStalled(BihuanError):
    """An instance is not finished and nothing in it can ever move: a bug of ours, never stored."""

    code = "instance.stalled"


class ImageRejected(BihuanError):
    """An image is not one of ours, of another bundle, or holds a value that cannot be kept."""

    code = "image.rejected"


FAILURES = (BihuanError, spiff.SpiffWorkflowException)


def reason(error: Exception) -> list[str]:
    """Return code and text of what made a step fail."""
    if isinstance(error, BihuanError):
        return [error.code, error.text]
    return ["step.engine", f"流程引擎无法执行这一步:{error};请检查流程图后重试。"]
