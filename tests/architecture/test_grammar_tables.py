"""The stored tables of the parser are those of the grammar."""

from engine.feel.automaton import TABLES, built, parser
from tests.architecture.grammar_tables import tables


def test_the_stored_tables_are_those_of_the_grammar() -> None:
    made = tables(built())

    assert TABLES.read_text(encoding="utf-8") == made + "\n", "python -m tests.architecture.grammar_tables"
    assert tables(parser()) == made
