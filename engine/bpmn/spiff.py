"""The fence: all we use of SpiffWorkflow 3.2.0. It has no type hints, so from here on everything is `Any`.

Nothing else in the project imports SpiffWorkflow. We subclass almost every element; each subclass says which behaviour
of the library it replaces, and tests/unit/bpmn shows why.
"""

from typing import Any

from SpiffWorkflow import exceptions as _exceptions
from SpiffWorkflow import task as _tasks
from SpiffWorkflow.bpmn import workflow as _workflow
from SpiffWorkflow.bpmn.parser import event_parsers as _event_parsers
from SpiffWorkflow.bpmn.parser import task_parsers as _task_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser as BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser as ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser as TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException as ValidationException
from SpiffWorkflow.bpmn.specs import control as _control
from SpiffWorkflow.bpmn.specs import defaults as _defaults
from SpiffWorkflow.bpmn.specs.event_definitions import base as _base
from SpiffWorkflow.bpmn.specs.event_definitions import item_aware_event as _item_aware_event
from SpiffWorkflow.bpmn.specs.event_definitions import simple as _simple
from SpiffWorkflow.bpmn.specs.mixins import multiinstance_task as _multiinstance_task
from SpiffWorkflow.bpmn.specs.mixins.events import event_types as _event_types
from SpiffWorkflow.bpmn.util import event as _event
from SpiffWorkflow.bpmn.util import subworkflow as _subworkflow
from SpiffWorkflow.specs.Join import Join as Join
from SpiffWorkflow.specs.MultiChoice import MultiChoice as MultiChoice
from SpiffWorkflow.util import task as _states

BoundaryEventParser: Any = _event_parsers.BoundaryEventParser
EndEventParser: Any = _event_parsers.EndEventParser
EventBasedGatewayParser: Any = _event_parsers.EventBasedGatewayParser
IntermediateCatchEventParser: Any = _event_parsers.IntermediateCatchEventParser
IntermediateThrowEventParser: Any = _event_parsers.IntermediateThrowEventParser
ReceiveTaskParser: Any = _event_parsers.ReceiveTaskParser
SendTaskParser: Any = _event_parsers.SendTaskParser
StartEventParser: Any = _event_parsers.StartEventParser
CallActivityParser: Any = _task_parsers.CallActivityParser
ConditionalGatewayParser: Any = _task_parsers.ConditionalGatewayParser
GatewayParser: Any = _task_parsers.GatewayParser
ScriptTaskParser: Any = _task_parsers.ScriptTaskParser
SubprocessParser: Any = _task_parsers.SubprocessParser
SubWorkflowParser: Any = _task_parsers.SubWorkflowParser
BoundaryEventJoin: Any = _control.BoundaryEventJoin
BoundaryEventSplit: Any = _control.BoundaryEventSplit
BoundaryEvent: Any = _defaults.BoundaryEvent
CallActivity: Any = _defaults.CallActivity
EndEvent: Any = _defaults.EndEvent
EventBasedGateway: Any = _defaults.EventBasedGateway
EventSubprocess: Any = _defaults.EventSubprocess
ExclusiveGateway: Any = _defaults.ExclusiveGateway
InclusiveGateway: Any = _defaults.InclusiveGateway
IntermediateCatchEvent: Any = _defaults.IntermediateCatchEvent
IntermediateThrowEvent: Any = _defaults.IntermediateThrowEvent
ManualTask: Any = _defaults.ManualTask
ParallelGateway: Any = _defaults.ParallelGateway
ReceiveTask: Any = _defaults.ReceiveTask
ScriptTask: Any = _defaults.ScriptTask
SendTask: Any = _defaults.SendTask
ServiceTask: Any = _defaults.ServiceTask
StartEvent: Any = _defaults.StartEvent
SubWorkflowTask: Any = _defaults.SubWorkflowTask
TransactionSubprocess: Any = _defaults.TransactionSubprocess
UserTask: Any = _defaults.UserTask
EventDefinition: Any = _base.EventDefinition
ErrorEventDefinition: Any = _item_aware_event.ErrorEventDefinition
EscalationEventDefinition: Any = _item_aware_event.EscalationEventDefinition
SignalEventDefinition: Any = _item_aware_event.SignalEventDefinition
CancelEventDefinition: Any = _simple.CancelEventDefinition
NoneEventDefinition: Any = _simple.NoneEventDefinition
TerminateEventDefinition: Any = _simple.TerminateEventDefinition
CatchingEvent: Any = _event_types.CatchingEvent
LoopTask: Any = _multiinstance_task.LoopTask
BpmnEvent: Any = _event.BpmnEvent
BpmnSubWorkflow: Any = _subworkflow.BpmnSubWorkflow
BpmnWorkflow: Any = _workflow.BpmnWorkflow
SpiffWorkflowException: Any = _exceptions.SpiffWorkflowException
Task: Any = _tasks.Task
TaskState: Any = _states.TaskState

FUTURE: int = TaskState.FUTURE
WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
CANCELLED: int = TaskState.CANCELLED
LIVE: int = WAITING | READY | STARTED
FINISHED: int = TaskState.FINISHED_MASK
