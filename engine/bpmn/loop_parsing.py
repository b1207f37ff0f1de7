"""Multi-instance, standard loops and borders as we write them; data objects are pictures only."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.names import ours
from engine.bpmn.nodes.loops import MultiInstance, StandardLoop

_MARKER = "bpmn:multiInstanceLoopCharacteristics"


class Loops:
    """Mixed into every task parser."""

    task: Any
    spec: Any
    xpath: Any
    bpmn_id: str
    process_parser: Any
    _copy_task_attrs: Any

    def parse_incoming_data_references(self) -> list[Any]:
        """Return nothing: process variables are the only data."""
        return []

    def parse_outgoing_data_references(self) -> list[Any]:
        """Return nothing: process variables are the only data."""
        return []

    def parse_io_spec(self) -> None:
        """Return nothing: process variables are the only data."""

    def _add_boundary_event(self, children: list[Any]) -> Any:
        """Put events at the border; a cancel event also around a repeated transaction, which the library refuses."""
        names = (f"{self.bpmn_id}.BoundaryEvent{place}" for place in ("Split", "Join"))
        split = spiff.BoundaryEventSplit(self.spec, next(names), lane=self.task.lane)
        join = spiff.BoundaryEventJoin(
            self.spec, next(names), lane=self.task.lane, split_task=split.name, cancel=True
        )
        for task in (self.task, *map(self.process_parser.parse_node, children)):
            split.connect(task)
            task.connect(join)
        return split

    def _add_loop_task(self, marker: Any) -> None:
        maximum = marker.get("loopMaximum")
        original = self.spec.task_specs.pop(self.task.name)
        self.task = StandardLoop(
            self.spec,
            original.name,
            maximum=int(maximum) if maximum else None,
            condition=self._text("bpmn:standardLoopCharacteristics/bpmn:loopCondition"),
            test_before=marker.get("testBefore") == "true",
        )
        self._put_inside(original, marker)

    def _add_multiinstance_task(self, marker: Any) -> None:
        item = self.xpath(f"./{_MARKER}/bpmn:inputDataItem")
        each = self.xpath(f"./{_MARKER}/bpmn:outputDataItem")
        original = self.spec.task_specs.pop(self.task.name)
        self.task = MultiInstance(
            self.spec,
            original.name,
            sequential=marker.get("isSequential") == "true",
            collection=marker.get(ours("collection")) or self._text(f"{_MARKER}/bpmn:loopDataInputRef"),
            cardinality=self._text(f"{_MARKER}/bpmn:loopCardinality"),
            item=marker.get(ours("item")) or _variable(item),
            results=marker.get(ours("results")) or self._text(f"{_MARKER}/bpmn:loopDataOutputRef"),
            each=marker.get(ours("each")) or _variable(each),
            condition=self._text(f"{_MARKER}/bpmn:completionCondition"),
        )
        self._put_inside(original, marker)

    def _put_inside(self, original: Any, marker: Any) -> None:
        self.task.bpmn_id, self.task.bpmn_name = original.bpmn_id, original.bpmn_name
        self.task.lane = original.lane
        self._copy_task_attrs(original, marker)
        self.task.connect_children()

    def _text(self, path: str) -> str | None:
        found = self.xpath(f"./{path}")
        return (found[0].text or "").strip() or None if found else None


def _variable(items: list[Any]) -> str | None:
    return (items[0].get("name") or items[0].get("id")) if items else None
