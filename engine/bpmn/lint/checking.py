"""All checks of a diagram, in the order in which a person would make them."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.element import read_elements
from engine.bpmn.lint.document import check_ids, check_pools, check_shape, check_size
from engine.bpmn.lint.events import check_events
from engine.bpmn.lint.expressions import check_expressions
from engine.bpmn.lint.findings import Findings
from engine.bpmn.lint.flows import check_flows
from engine.bpmn.lint.gateways import check_gateways
from engine.bpmn.lint.soundness import check_soundness
from engine.bpmn.lint.tasks import check_tasks
from engine.bpmn.lint.vocabulary import check_elements, check_extensions
from engine.bpmn.names import bpmn
from engine.bpmn.parsing import Parser
from engine.problems import Problem, errors


def check_document(root: Any) -> list[Problem]:
    """Return the problems of a parsed document, in document order within each check."""
    found = Findings(root)
    if not check_shape(found):
        return found.problems
    elements = read_elements(root.find(bpmn("process")))
    check_ids(found)
    check_size(found)
    check_pools(found)
    check_elements(found)
    check_extensions(found)
    check_flows(found)
    check_gateways(found)
    check_tasks(found, elements)
    check_events(found)
    check_expressions(found, elements)
    if not errors(found.problems):
        _check_parses(found)
        check_soundness(found)
    return found.problems


def _check_parses(found: Findings) -> None:
    """Let the engine read it: whatever our own checks missed is said here instead of at run time."""
    process = found.root.find(bpmn("process"))
    try:
        Parser().parse(found.root, process.get("id"))
    except spiff.ValidationException as error:
        found.error(process, "document.not_runnable", f"引擎读不懂这张图:{error};请对照文档修改。")
