"""Write engine/feel/grammar.json, the tables of the parser: `python -m tests.architecture.grammar_tables`."""

import json
from typing import Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from engine.feel.automaton import TABLES, built

Numbers = dict[int, int]


def tables(made: Lark) -> str:
    """Write the tables of a parser; the same grammar always gives the same text."""
    data, memo = made.memo_serialize([TerminalDef, Rule])
    for name in ("lexer", "transformer"):
        del data["options"][name]
    del data["parser"]["lexer_conf"]["lexer_type"]
    automaton = data["parser"]["parser"]
    numbers = _in_order(automaton)
    kinds = sorted(automaton["tokens"], key=automaton["tokens"].get)
    places = {kind: place for place, kind in enumerate(kinds)}
    states = {
        numbers[state]: {
            places[kind]: (0, numbers[to]) if action == 0 else (1, to)
            for kind, (action, to) in sorted(moves.items(), key=lambda move: places[move[0]])
        }
        for state, moves in sorted(automaton["states"].items(), key=lambda entry: numbers[entry[0]])
    }
    automaton |= {"tokens": {places[kind]: automaton["tokens"][kind] for kind in kinds}, "states": states}
    for ends in ("start_states", "end_states"):
        automaton[ends] = {start: numbers[state] for start, state in sorted(automaton[ends].items())}
    return json.dumps({"lark": lark.__version__, "data": data, "memo": memo}, separators=(",", ":"))


def _in_order(automaton: dict[str, Any]) -> Numbers:
    """Number the states as they are reached from the starts; lark numbers them anew with every process."""
    names, states = automaton["tokens"], automaton["states"]
    numbers: Numbers = {}
    waiting = [automaton["start_states"][start] for start in sorted(automaton["start_states"])]
    while waiting:
        state = waiting.pop(0)
        if state in numbers:
            continue
        numbers[state] = len(numbers)
        moves = sorted(states[state].items(), key=lambda move: names[move[0]])
        waiting += [to for _, (action, to) in moves if action == 0]
    return numbers


if __name__ == "__main__":
    TABLES.write_text(tables(built()) + "\n", encoding="utf-8")
