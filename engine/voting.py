"""When several people sign one task: the rule that says when it has passed and when it has failed.

A rule is two FEEL expressions over counters; the presets are only names for common pairs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from engine.errors import InvalidInput

Choice = Literal["yes", "no", "abstained"]
ADDED = "added"
"""The rule of an ordinary task that others were asked to sign too: everybody in turn, its assignee decides."""
OWN = "own"
"""A rule that the diagram writes out itself."""
SIGNED = "form.agreed"


@dataclass(frozen=True, slots=True)
class Preset:
    """A named rule. in_order: signers act one after another; needs_share: it speaks of `share`."""

    pass_when: str
    fail_when: str
    in_order: bool = False
    needs_share: bool = False


_ALL = Preset("no = 0 and open = 0 and yes > 0", "no > 0")
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "all": _ALL,
        "any": Preset("yes > 0", "open = 0"),
        "first": Preset("yes > 0 and no = 0", "no > 0"),
        "share": Preset("yes >= share * total", "yes + open < share * total", needs_share=True),
        "weighted": Preset(
            "yes_weight >= share * total_weight",
            "yes_weight + open_weight < share * total_weight",
            needs_share=True,
        ),
        "ordered": Preset(_ALL.pass_when, _ALL.fail_when, in_order=True),
    }
)
ADDED_RULE: Mapping[str, Any] = MappingProxyType(
    {
        "rule": ADDED,
        "pass_when": "open = 0",
        "fail_when": "false",
        "vote": "true",
        "in_order": True,
        "share": None,
    }
)
CHOICES: Mapping[Any, Choice] = MappingProxyType({True: "yes", False: "no", "abstained": "abstained"})


def choice(found: Any) -> Choice:
    """Return what a signer said: true, false, or the text `abstained`. Raises InvalidInput for anything else."""
    if isinstance(found, bool | str) and found in CHOICES:
        return CHOICES[found]
    raise InvalidInput(
        f'表决表达式(bihuan:vote)应得出 true、false 或 "abstained",得到的是“{found}”;'
        "请核对表单,或请管理员检查流程图。",
        code="sign.vote_unclear",
    )


def decided(
    rule: Mapping[str, Any],
    counters: Mapping[str, Any],
    evaluate: Callable[[str, Mapping[str, Any]], Any],
) -> bool | None:
    """Return whether the task has passed or failed; None while it is undecided.

    counters: total, yes, no, abstained, open (queued ones too), the same with `_weight`, and share.
    A rule that says nothing when nobody is left to sign has failed: no task waits for nobody.
    """
    if evaluate(rule["pass_when"], counters) is True:
        return True
    if evaluate(rule["fail_when"], counters) is True or counters["open"] == 0:
        return False
    return None
