"""Which test shows which element of BPMN: the source of docs/bpmn-support.md.

A feature is an element (`userTask`), a marker on it (`loop:parallel`) or an event at a place
(`boundaryEvent:timer:non-interrupting`). Tests say what they show with `@shows(...)`.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., None])
SHOWN: dict[str, set[str]] = defaultdict(set)

CAUGHT = ("message", "signal", "timer", "conditional")
CLIMBING = ("error", "escalation")
FEATURES: tuple[str, ...] = (
    *("userTask", "manualTask", "serviceTask", "businessRuleTask", "scriptTask", "sendTask", "receiveTask"),
    *("subProcess", "subProcess:event", "transaction", "callActivity"),
    *("loop:parallel", "loop:sequential", "loop:standard"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
    "startEvent:none",
    *(f"startEvent:{kind}" for kind in CAUGHT),
    *(f"eventSubprocess:{kind}:interrupting" for kind in (*CAUGHT, *CLIMBING)),
    *(f"eventSubprocess:{kind}:non-interrupting" for kind in (*CAUGHT, "escalation")),
    *(f"intermediateCatchEvent:{kind}" for kind in CAUGHT),
    *(f"eventBasedGateway:{kind}" for kind in CAUGHT),
    "intermediateThrowEvent:none",
    *(f"intermediateThrowEvent:{kind}" for kind in ("message", "signal", "escalation")),
    *(f"boundaryEvent:{kind}:interrupting" for kind in (*CAUGHT, *CLIMBING, "cancel")),
    *(f"boundaryEvent:{kind}:non-interrupting" for kind in (*CAUGHT, "escalation")),
    "endEvent:none",
    *(f"endEvent:{kind}" for kind in ("message", "signal", "error", "escalation", "terminate", "cancel")),
    *("timer:date", "timer:duration", "timer:cycle"),
    *("dataObject", "lane", "correlation"),
)

UNKNOWN: tuple[str, ...] = (
    *("choreography", "globalChoreographyTask", "conversation", "subConversation", "callConversation"),
    *("globalConversation", "conversationLink", "conversationAssociation", "participantAssociation"),
    *("messageFlowAssociation", "partnerEntity", "partnerRole", "correlationKey", "correlationProperty"),
    *("correlationPropertyBinding", "correlationPropertyRetrievalExpression", "correlationSubscription"),
    *("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"),
    *("interface", "operation", "endPoint", "resource", "resourceParameter", "ioBinding", "auditing"),
    *("monitoring", "relationship", "implicitThrowEvent", "complexBehaviorDefinition", "event"),
    *("activationCondition", "rendering", "resourceAssignmentExpression"),
)
"""Elements of BPMN 2.0 that no diagram of ours has a use for."""


def shows(*features: str) -> Callable[[Test], Test]:
    """Note that a test shows these features at work."""

    def note(test: Test) -> Test:
        for feature in features:
            SHOWN[feature].add(f"{test.__module__.rpartition('.')[2]}.py::{test.__name__}")
        return test

    return note
