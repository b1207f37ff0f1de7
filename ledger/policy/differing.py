"""What differs between two packs, or between two years of one: values in sentences, with the rules behind them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from ledger.policy.resolved import Origin, ResolvedPack
from ledger.policy.schema import FIELDS, label
from ledger.policy.vocabulary import cited
from ledger.policy.wording import worded


@dataclass(frozen=True)
class Difference:
    """One value that is not the same; before and after as JSON, rules of the side that states the new value."""

    key: str
    label: str
    before: Any
    after: Any
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    confirm: str

    @property
    def old(self) -> str:
        """Return the value before in words."""
        return worded(self.key, self.before)

    @property
    def new(self) -> str:
        """Return the value after in words."""
        return worded(self.key, self.after)

    @property
    def grounds(self) -> str:
        """Return the grounds of the new value, for people."""
        return cited(self.rules_after)

    @property
    def sentence(self) -> str:
        """Return it for people: `单位自评截止日原来没有规定,改为“次年 2 月 15 日”(依据 SW-R46)。`"""
        source = f"依据 {self.grounds}" if self.rules_after else "本次设置"
        before = f"“{self.label}”" + ("原来没有规定" if self.before is None else f"由“{self.old}”")
        after = "改为不作规定" if self.after is None else f"改为“{self.new}”"
        text = f"{before}{',' if self.before is None else ''}{after}({source})。"
        return f"{text}【待财政局确认】{self.confirm}" if self.confirm else text

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {**asdict(self), "sentence": self.sentence}


def differences(before: ResolvedPack, after: ResolvedPack) -> list[Difference]:
    """Return every policy value that `after` states differently, in the order of the schema."""
    return list(_differences(before, after))


def _differences(before: ResolvedPack, after: ResolvedPack) -> Iterator[Difference]:
    for key in FIELDS:
        old, new = before.values[key], after.values[key]
        if old != new:
            yield Difference(
                key, label(key), old, new, _rules(before.origins[key]), _rules(after.origins[key]),
                after.origins[key].confirm,
            )  # fmt: skip


def _rules(origin: Origin) -> tuple[str, ...]:
    return () if origin.overridden else origin.rules
