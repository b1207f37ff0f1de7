# mypy: disallow-subclassing-any=False
"""From our hardened XML to the specs SpiffWorkflow runs: its parser with our elements in place of its own."""

from typing import Any, ClassVar

from engine.bpmn import spiff
from engine.bpmn.event_parsing import (
    BoundaryEventParser,
    EndEventParser,
    EventGatewayParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    SendTaskParser,
    StartEventParser,
)
from engine.bpmn.loop_parsing import Loops
from engine.bpmn.names import BPMN, BPMNDI, bpmn
from engine.bpmn.nodes import events, gateways, subprocesses, tasks

NAMESPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": "http://www.omg.org/spec/DD/20100524/DC"}


class PlainTaskParser(Loops, spiff.TaskParser):
    """User, manual, service and business rule tasks."""


class ScriptTaskParser(Loops, spiff.ScriptTaskParser):
    """Script tasks."""


class ForkParser(Loops, spiff.GatewayParser):
    """Parallel gateways."""


class ChoiceParser(Loops, spiff.ConditionalGatewayParser):
    """Exclusive and inclusive gateways."""


class CallActivityParser(Loops, spiff.CallActivityParser):
    """Call activities."""


class SubProcessParser(Loops, spiff.SubWorkflowParser):
    """Subprocesses; an event subprocess by its plain attribute, which the stock parser looks for in a namespace."""

    def create_task(self) -> Any:
        """Make the spec of the activity and a parser for what is in it."""
        name = spiff.SubprocessParser.get_subprocess_spec(self)
        is_event = self.node.get("triggeredByEvent") == "true"
        spec_class = subprocesses.EventSubprocess if is_event else self.spec_class
        return spec_class(self.spec, self.bpmn_id, subworkflow_spec=name, **self.bpmn_attributes)


class ProcessParser(spiff.ProcessParser):
    """A process or subprocess; its event subprocesses wait from its start."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.process_executable = True

    def parse_io_spec(self) -> None:
        """Return nothing: process variables are the only data."""

    def add_tasks(self) -> None:
        """Follow the flows from the start event, then add the event subprocesses."""
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)
        for node in self.xpath("./bpmn:subProcess[@triggeredByEvent='true']"):
            task_spec = self.parse_node(node)
            self.spec.start.connect(task_spec)
            task_spec.connect(self.spec.end)


class Parser(spiff.BpmnParser):
    """The stock parser with our elements."""

    PROCESS_PARSER_CLASS = ProcessParser
    PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        bpmn("startEvent"): (StartEventParser, events.StartEvent),
        bpmn("endEvent"): (EndEventParser, events.EndEvent),
        bpmn("intermediateCatchEvent"): (IntermediateCatchEventParser, events.IntermediateCatchEvent),
        bpmn("intermediateThrowEvent"): (IntermediateThrowEventParser, events.IntermediateThrowEvent),
        bpmn("boundaryEvent"): (BoundaryEventParser, events.BoundaryEvent),
        bpmn("receiveTask"): (ReceiveTaskParser, events.ReceiveTask),
        bpmn("sendTask"): (SendTaskParser, events.SendTask),
        bpmn("eventBasedGateway"): (EventGatewayParser, events.EventBasedGateway),
        bpmn("userTask"): (PlainTaskParser, spiff.UserTask),
        bpmn("manualTask"): (PlainTaskParser, spiff.ManualTask),
        bpmn("serviceTask"): (PlainTaskParser, tasks.ServiceTask),
        bpmn("businessRuleTask"): (PlainTaskParser, tasks.BusinessRuleTask),
        bpmn("scriptTask"): (ScriptTaskParser, tasks.ScriptTask),
        bpmn("callActivity"): (CallActivityParser, subprocesses.CallActivity),
        bpmn("subProcess"): (SubProcessParser, subprocesses.SubProcess),
        bpmn("transaction"): (SubProcessParser, subprocesses.Transaction),
        bpmn("exclusiveGateway"): (ChoiceParser, gateways.ExclusiveGateway),
        bpmn("inclusiveGateway"): (ChoiceParser, gateways.InclusiveGateway),
        bpmn("parallelGateway"): (ForkParser, gateways.ParallelGateway),
    }

    def __init__(self) -> None:
        super().__init__(namespaces=NAMESPACES)

    def parse(self, root: Any, key: str) -> dict[str, Any]:
        """Return the specs of a document by id: the process `key` and its subprocesses."""
        self.add_bpmn_xml(root)
        found: dict[str, Any] = {key: self.get_spec(key)}
        while len(found) < len(self.process_parsers):
            for name in list(self.process_parsers):
                if name not in found:
                    found[name] = self.get_spec(name)
        return found
