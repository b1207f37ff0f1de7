# mypy: disallow-subclassing-any=False
"""Multi-instance activities over FEEL collections, and standard loops.

The stock ones connect themselves to the shared spec while they run, merge whole data copies and lose repeated list
items. Here the connection is made once after parsing (`connect_children`) and an instance hands up what it wrote.
"""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import FAILURES, StepFailed
from engine.bpmn.nodes.guarding import Guarded
from engine.bpmn.scopes import layer, own_layer
from engine.bpmn.tokens import FAILURE

LOOP_COUNTER = "loopCounter"
MOST_INSTANCES = 1_000


class _Loop(Guarded, spiff.LoopTask):
    """An activity that runs its child element several times."""

    task_spec: str

    def connect_children(self) -> None:
        """Hear when a child completes. Called once, right after parsing: specs are shared between threads."""
        self._wf_spec.task_specs[self.task_spec].completed_event.connect(self.child_completed)

    def child_completed(self, workflow: Any, child: Any) -> None:
        """Count a child and go on."""
        child.parent.internal_data["done"] += 1
        self.advance(child.parent)

    def advance(self, token: Any) -> None:
        """Decide what follows a completed child; a condition that fails is kept, and tried again on retry."""
        token.internal_data.pop(FAILURE, None)
        try:
            self._go_on(token)
        except FAILURES as error:
            token.fail(error)

    def _go_on(self, token: Any) -> None:
        raise NotImplementedError

    def _plant(self, token: Any, index: int, own: dict[str, Any] | None) -> None:
        child = token._add_child(token.workflow.spec.task_specs[self.task_spec], spiff.FUTURE)
        child.triggered = True
        child.internal_data["index"] = index
        if own is not None:
            child.data, child.owns_data = layer(token.data, own), True
        child.task_spec._update(child)


class MultiInstance(_Loop):
    """One child per item of a collection, all at once or one after another.

    collection: FEEL list; or cardinality: FEEL number. item: the variable that holds the item.
    results: the variable that will hold the list of `each` (FEEL over the instance's variables), in the order of the
    items; without it, what an instance wrote goes up to the process when it completes.
    condition: FEEL, ends the activity early; it also sees numberOfInstances, numberOfCompletedInstances,
    numberOfActiveInstances.
    """

    def __init__(self, wf_spec: Any, name: str, *, sequential: bool, **settings: Any) -> None:
        kind = "Sequential MultiInstance" if sequential else "Parallel MultiInstance"
        super().__init__(wf_spec, name, description=kind)
        self.sequential = sequential
        self.collection: str | None = settings.get("collection")
        self.cardinality: str | None = settings.get("cardinality")
        self.item: str | None = settings.get("item")
        self.results: str | None = settings.get("results")
        self.each: str | None = settings.get("each")
        self.condition: str | None = settings.get("condition")

    def _update_hook(self, token: Any) -> bool:
        memory = token.internal_data
        if "total" in memory:
            return False
        token._inherit_data()
        items = self._items(token)
        memory.update(total=len(items), done=0)
        if not items:
            return True
        token._set_state(spiff.STARTED)
        if self.sequential:
            memory["rest"] = items
            self._next(token)
        else:
            for index, item in enumerate(items):
                self._plant_item(token, index, item)
        return False

    def _items(self, token: Any) -> list[Any]:
        expressions = token.workflow.script_engine
        if self.collection is not None:
            found = expressions.value(self.collection, token.data)
            if isinstance(found, list | tuple):
                self._check_number(len(found))
                return list(found)
            raise StepFailed(
                f"多实例“{self.bpmn_name or self.bpmn_id}”的集合“{self.collection}”应得出列表,得到的是“{found}”;"
                "请检查变量,没有内容时用空列表 []。",
                code="loop.not_a_list",
            )
        count = expressions.value(self.cardinality, token.data)
        if isinstance(count, bool) or not hasattr(count, "__int__") or count < 0 or count != int(count):
            raise StepFailed(
                f"多实例“{self.bpmn_name or self.bpmn_id}”的次数应是不小于 0 的整数,得到的是“{count}”;请检查表达式。",
                code="loop.not_a_count",
            )
        self._check_number(int(count))
        return list(range(1, int(count) + 1))

    def _check_number(self, count: int) -> None:
        if count > MOST_INSTANCES:
            raise StepFailed(
                f"多实例“{self.bpmn_name or self.bpmn_id}”最多 {MOST_INSTANCES} 个,现在有 {count} 个;"
                "请检查变量,对象很多时请改为每个对象启动一个流程。",
                code="loop.too_many",
            )

    def _plant_item(self, token: Any, index: int, item: Any) -> None:
        own = {LOOP_COUNTER: index + 1}
        if self.item:
            own[self.item] = item
        self._plant(token, index, own)

    def _next(self, token: Any) -> None:
        rest = token.internal_data["rest"]
        token.internal_data["rest"] = rest[1:]
        self._plant_item(token, token.internal_data["total"] - len(rest), rest[0])

    def _run_hook(self, token: Any) -> bool:
        if self.results:
            found = sorted(token.internal_data.get("results", []), key=lambda pair: pair[0])
            source, value = self.each or self.item or "null", token.workflow.script_engine.value
            token.data[self.results] = [value(source, layer(token.data, own)) for _, own in found]
        return True

    def child_completed(self, workflow: Any, child: Any) -> None:
        """Keep what it brought, then end or go on to the next."""
        token, own = child.parent, own_layer(child.data) or {}
        memory = token.internal_data
        memory["done"] += 1
        memory["last"] = own
        if self.results:
            memory.setdefault("results", []).append([child.internal_data["index"], own])
        else:
            mine = (self.item, LOOP_COUNTER)
            token.data.update({name: value for name, value in own.items() if name not in mine})
        self.advance(token)

    def _go_on(self, token: Any) -> None:
        memory = token.internal_data
        if memory["done"] == memory["total"] or self._is_enough(token):
            for other in token.children:
                if other._state & spiff.LIVE:
                    other.cancel()
            token._set_state(spiff.READY)
        elif self.sequential and not any(other._state & spiff.LIVE for other in token.children):
            self._next(token)

    def _is_enough(self, token: Any) -> bool:
        if self.condition is None:
            return False
        memory = token.internal_data
        counts = {
            "numberOfInstances": memory["total"],
            "numberOfCompletedInstances": memory["done"],
            "numberOfActiveInstances": sum(1 for other in token.children if other._state & spiff.LIVE),
        }
        expressions = token.workflow.script_engine
        enough: bool = expressions.truth(self.condition, layer(token.data, memory["last"]), counts)
        return enough


def written(token: Any) -> dict[str, Any]:
    """Return what the instance that a token is in wrote: its own layer but for its item and number, which are nobody
    else's. Nothing outside a multi-instance activity."""
    own, at = own_layer(token.data) or {}, token
    while own and not (at.triggered and isinstance(at.parent.task_spec, MultiInstance)):
        at = at.workflow.holder
    mine = (at.parent.task_spec.item, LOOP_COUNTER) if own else ()
    return {name: value for name, value in own.items() if name not in mine}


class StandardLoop(_Loop):
    """Runs again while its condition holds, at most `maximum` times."""

    def __init__(
        self, wf_spec: Any, name: str, *, maximum: int | None, condition: str | None, test_before: bool
    ) -> None:
        super().__init__(wf_spec, name, description="Loop Task")
        self.maximum, self.condition, self.test_before = maximum, condition, test_before

    def _update_hook(self, token: Any) -> bool:
        if "done" in token.internal_data:
            return False
        token._inherit_data()
        if self.test_before and not self._goes_on(token, 0):
            return True
        self.begin(token)
        return False

    def begin(self, token: Any) -> None:
        """Run the first time, whatever the condition says."""
        token.internal_data["done"] = 0
        token._set_state(spiff.STARTED)
        self._plant(token, 0, None)

    def _go_on(self, token: Any) -> None:
        if self._goes_on(token, token.internal_data["done"]):
            self._plant(token, token.internal_data["done"], None)
        else:
            token._set_state(spiff.READY)

    def _goes_on(self, token: Any, done: int) -> bool:
        if self.maximum is not None and done >= self.maximum:
            return False
        if self.condition is None:
            return True
        more: bool = token.workflow.script_engine.truth(self.condition, token.data, {LOOP_COUNTER: done})
        return more
