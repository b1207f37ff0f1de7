"""Read a pattern; flags: s (dot takes line ends), m (^ and $ at lines), i (any case), x (spaces ignored), q (literal)."""

from engine.feel.patterns import classes
from engine.feel.patterns.classes import Accepts, PatternError
from engine.feel.patterns.program import MOST_INSTRUCTIONS, Instruction, Program, either, joined, repeated

LONGEST = 1_000
_DEEPEST = 30
_DIGITS = "123456789"
_DIGITS_AND_ZERO = "0123456789"
_QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def _without_spaces(pattern: str) -> str:
    """Remove white space, but not inside classes."""
    kept: list[str] = []
    depth = 0
    for at, letter in enumerate(pattern):
        if letter in "[]" and pattern[at - 1 : at] != "\\":
            depth += 1 if letter == "[" else -1
        if depth > 0 or letter not in " \t\n\r":
            kept.append(letter)
    return "".join(kept)


class Reader:
    """A recursive descent over one pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        if len(pattern) > LONGEST or set(flags) - set("smixq"):
            raise PatternError(flags)
        self.pattern = _without_spaces(pattern) if "x" in flags else pattern
        self.flags = flags
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.refers_back = False
        self.depth = 0
        self.made = 0
        self.any_case = "i" in flags

    def program(self) -> Program:
        """Return the whole program; slots 0 and 1 hold the match."""
        if "q" in self.flags:
            body: Program = [self._char(classes.plain(letter, self.any_case)) for letter in self.pattern]
        else:
            body = self._alternatives()
            if self.at < len(self.pattern):
                raise PatternError(self.pattern[self.at :])
        return joined([[Instruction("save", 0)], body, [Instruction("save", 1), Instruction("match")]])

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self) -> str:
        letter = self.pattern[self.at : self.at + 1]
        if not letter:
            raise PatternError("end")
        self.at += 1
        return letter

    def _alternatives(self) -> Program:
        parts = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            parts.append(self._sequence())
        return either(parts)

    def _sequence(self) -> Program:
        parts: list[Program] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return joined(parts)

    def _quantified(self, part: Program) -> Program:
        letter = self._peek()
        if letter in _QUANTIFIERS and letter:
            self.at += 1
            low, high = _QUANTIFIERS[letter]
        elif letter == "{":
            low, high = self._counts()
        else:
            return part
        lazy = self._peek() == "?"
        self.at += lazy
        if self._peek() in ("*", "+", "?", "{"):
            raise PatternError("quantifier")
        made = repeated(part, low, high, lazy)
        self.made += len(made)
        if self.made > 4 * MOST_INSTRUCTIONS:
            raise PatternError("too large")
        return made

    def _counts(self) -> tuple[int, int | None]:
        end = self.pattern.find("}", self.at)
        low, comma, high = self.pattern[self.at + 1 : end].partition(",")
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()) or len(low + high) > 8:
            raise PatternError("count")
        self.at = end + 1
        most = int(high) if high else None if comma else int(low)
        if most is not None and most < int(low):
            raise PatternError("count")
        return int(low), most

    def _char(self, accepts: Accepts) -> Instruction:
        return Instruction("char", accepts=accepts)

    def _atom(self) -> Program:
        letter = self._take()
        match letter:
            case "(":
                return self._group()
            case "[":
                return [self._char(self._class())]
            case ".":
                if "s" in self.flags:
                    return [self._char(lambda letter: True)]
                return [self._char(lambda letter: letter not in "\n\r")]
            case "^" | "$":
                kind = "start" if letter == "^" else "end"
                return [Instruction(kind, int("m" in self.flags))]
            case "\\" if self._peek() in _DIGITS and self._peek():
                return [self._reference()]
            case "\\":
                found = self._escape()
                return [self._char(classes.plain(found, self.any_case) if isinstance(found, str) else found)]
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise PatternError(letter)
        return [self._char(classes.plain(letter, self.any_case))]

    def _group(self) -> Program:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError("depth")
        captures = not self.pattern.startswith("?:", self.at)
        if captures:
            self.groups += 1
            group = self.groups
            slot = 2 * group
        else:
            self.at += 2
        inner = self._alternatives()
        if self._take() != ")":
            raise PatternError(")")
        self.depth -= 1
        if not captures:
            return inner
        self.closed.add(group)
        return joined([[Instruction("save", slot)], inner, [Instruction("save", slot + 1)]])

    def _reference(self) -> Instruction:
        """Read the number of a group that was closed before; a further digit counts if there are so many groups."""
        number = int(self._take())
        while (
            self._peek() in _DIGITS_AND_ZERO
            and self._peek()
            and 10 * number + int(self._peek()) <= self.groups
        ):
            number = 10 * number + int(self._take())
        if number not in self.closed:
            raise PatternError("reference")
        self.refers_back = True
        return Instruction("back", number)

    def _escape(self) -> Accepts | str:
        code = self._take()
        if code not in "pP":
            return classes.escape(code)
        end = self.pattern.find("}", self.at)
        if self._take() != "{" or end < 0:
            raise PatternError("\\p")
        accepts = classes.category(self.pattern[self.at : end])
        self.at = end + 1
        return accepts if code == "p" else classes.negate(accepts)

    def _class(self) -> Accepts:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError("depth")
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        accepted: list[Accepts] = []
        removed: Accepts | None = None
        while not self.pattern.startswith("]", self.at):
            if accepted and self.pattern.startswith("-[", self.at):
                self.at += 2
                removed = self._class()
                if not self.pattern.startswith("]", self.at):
                    raise PatternError("]")
                break
            accepted.append(self._class_part())
        self.at += 1
        self.depth -= 1
        if not accepted:
            raise PatternError("[]")
        whole = classes.negate(classes.either(accepted)) if negated else classes.either(accepted)
        return classes.without(whole, removed) if removed is not None else whole

    def _class_char(self) -> Accepts | str:
        letter = self._take()
        if letter == "[":
            raise PatternError("[")
        return self._escape() if letter == "\\" else letter

    def _class_part(self) -> Accepts:
        low = self._class_char()
        is_range = self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in (
            "]",
            "[",
            "",
        )
        if not isinstance(low, str):
            return low
        if not is_range:
            return classes.plain(low, self.any_case)
        self.at += 1
        high = self._class_char()
        if not isinstance(high, str):
            raise PatternError("range")
        return classes.between(low, high, self.any_case)
