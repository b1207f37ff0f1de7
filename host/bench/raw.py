"""What SpiffWorkflow alone costs, with its library defaults: load, complete one task, serialise.

The only place outside engine.bpmn that imports it: the point is to do without our room.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.xml import parse


class Raw:
    """An instance as plain SpiffWorkflow keeps it, at its `place`-th user task."""

    def __init__(self, xml: bytes, key: str, data: Mapping[str, Any], place: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.ElementTree(parse(xml)))
        self._serializer = BpmnWorkflowSerializer()
        workflow = BpmnWorkflow(parser.get_spec(key))
        workflow.data.update(data)
        workflow.do_engine_steps()
        for task in workflow.get_tasks(state=TaskState.READY):
            task.data.update(data)
        for _ in range(place - 1):
            _complete(workflow)
        self._text = self._serializer.serialize_json(workflow)

    @property
    def size(self) -> int:
        """The stored size in bytes."""
        return len(self._text.encode())

    def complete(self) -> str:
        """Load the instance, complete its task, return what would be stored."""
        workflow = self._serializer.deserialize_json(self._text)
        _complete(workflow)
        found: str = self._serializer.serialize_json(workflow)
        return found


def _complete(workflow: Any) -> None:
    task = next(one for one in workflow.get_tasks(state=TaskState.READY) if one.task_spec.manual)
    task.run()
    workflow.do_engine_steps()
