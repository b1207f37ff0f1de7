"""Run automatic steps until nothing moves."""

from engine.bpmn import spiff
from engine.bpmn.compaction import compact
from engine.bpmn.failing import StepFailed
from engine.bpmn.flows import MainFlow
from engine.bpmn.nodes.gateways import Joining
from engine.bpmn.nodes.signalling import Climbing
from engine.bpmn.nodes.subprocesses import close_idle
from engine.bpmn.tokens import Token

MOST_STEPS = 10_000
MOST_RUNAWAYS = 100
CROWDED = 300


def settle(top: MainFlow) -> None:
    """Run every automatic step that can run; failed ones stand still.

    More than MOST_STEPS in one go is a loop without a wait: the steps reached then fail. If they are very many (the
    loop feeds on a fork), the command as a whole must not happen. Raises StepFailed then.
    """
    steps = 0
    while not top.completed:
        ready = _ready(top)
        if not ready and not any(map(close_idle, list(top.flows()))) and not _ask_conditions(top):
            break
        steps += len(ready)
        if steps > MOST_STEPS and len(ready) > MOST_RUNAWAYS:
            raise _endless()
        for token in ready:
            if steps > MOST_STEPS:
                token.fail(_endless())
            elif token._state == spiff.READY and token.id in token.workflow.tasks:
                token.run()
        if sum(len(flow.tasks) for flow in top.flows()) > CROWDED:
            compact(top)
    _fail_deadlocks(top)


def _endless() -> StepFailed:
    return StepFailed(
        f"一次运行超过 {MOST_STEPS} 步,流程图里可能有不停的循环;请检查条件。", code="run.endless"
    )


def _ready(top: MainFlow) -> list[Token]:
    return [
        token
        for flow in top.flows()
        for token in flow.tokens(spiff.READY)
        if not token.task_spec.manual and not token.is_failed
    ]


def _ask_conditions(top: MainFlow) -> bool:
    for token in list(top.event_manager.tasks.values()):
        if token._state == spiff.WAITING and token.task_spec.asks_again:
            token.task_spec._update(token)
    return bool(_ready(top))


def _comes_from_outside(token: Token) -> bool:
    """Whether what it waits for may happen without a step of this instance, and brings a branch on. What begins an event
    subprocess brings none: somebody must see that the scope stands still, also if it may be stopped one day."""
    is_beside = isinstance(token.task_spec, spiff.StartEvent)
    return not is_beside and not isinstance(token.task_spec.event_definition, Climbing)


def _fail_deadlocks(top: MainFlow) -> None:
    """If nothing is left but joins that wait, say so instead of waiting for ever."""
    if top.completed or any(_comes_from_outside(token) for token in top.event_manager.tasks.values()):
        return
    live = [token for flow in top.flows() for token in flow.tokens()]
    if any(token._state == spiff.READY or token.is_failed for token in live):
        return
    for token in live:
        if isinstance(token.task_spec, Joining) and token._state == spiff.WAITING:
            token.fail(
                StepFailed(
                    "汇聚网关等不到其余分支,流程无法继续;请检查分支与汇聚是否配对。", code="join.deadlock"
                )
            )
