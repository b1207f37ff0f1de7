"""What can be wrong with a policy pack or with a value set over it."""

from engine.errors import InvalidInput, NotFound


class PolicyNotFound(NotFound):
    """No pack of that id lies in the folder of packs."""

    code = "policy.not_found"


class PolicyInvalid(InvalidInput):
    """A pack or an override cannot be used; the text names the key, the expected and the found."""

    code = "policy.invalid"

    @property
    def lines(self) -> list[str]:
        """Return one sentence per error, if there are several."""
        return list(self.facts.get("lines", ()))


class UnknownKey(PolicyInvalid):
    """A policy key that nobody knows; the text names the nearest known one."""

    code = "policy.unknown_key"
