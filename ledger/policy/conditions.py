"""Conditions written in a policy as FEEL text, over a few named facts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.feel.compiling import compile_expression
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from ledger.policy.shapes import Text, is_text

YUAN_PER_WAN = 10_000
LONGEST_CONDITION = 1000
THIRD_PARTY_FACTS: dict[str, Any] = {
    "total_investment_wan": Decimal(0),
    "highly_specialised": False,
    "reviewer_decides": False,
}


class Condition(Text):
    """A FEEL text over named facts that gives true or false."""

    def __init__(self, label: str, facts: Mapping[str, Any], *, nullable: bool = False) -> None:
        super().__init__(label, nullable=nullable)
        self.facts = facts
        self.expected = "只用变量 " + "、".join(facts) + " 的 FEEL 条件"

    def fits(self, value: Any) -> bool:
        """Accept a text that compiles and answers true or false without a warning."""
        if not is_text(value) or len(value) > LONGEST_CONDITION:
            return False
        try:
            answer = compile_expression(value).explain(self.facts)
        except (FeelSyntaxError, FeelBudgetExceeded):
            return False
        return isinstance(answer.value, bool) and not answer.warnings


def third_party_required(
    policy: Mapping[str, Any],
    total_investment_amount: Decimal | None,
    specialised: bool,
    *,
    reviewer_decides: bool = False,
) -> bool:
    """Tell whether a pre-evaluation goes to a third party by `pre_eval.third_party_when`.

    policy: the nested `policy` of a parameter set. total_investment_amount: yuan, None if not known.
    """
    condition = policy["pre_eval"]["third_party_when"]
    if condition is None:
        return False
    facts = {
        "total_investment_wan": (total_investment_amount or Decimal(0)) / YUAN_PER_WAN,
        "highly_specialised": specialised,
        "reviewer_decides": reviewer_decides,
    }
    return compile_expression(condition).evaluate(facts) is True
