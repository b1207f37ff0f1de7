"""Which names an expression needs."""

from engine.feel.compiling import compile_expression
from engine.feel.dependencies import free_names


def test_only_names_from_outside_are_free() -> None:
    source = "for x in xs return x * y + count(z) + {a: 1, b: a + c}.b + l[k > 1] + (function(q) q + r)(1)"

    assert set(free_names(compile_expression(source).tree)) == {"xs", "y", "z", "c", "l", "r"}


def test_a_function_of_the_engine_is_free() -> None:
    assert free_names(compile_expression("workdays_after(due, 5)").tree) == {"workdays_after": 0, "due": 15}
