"""Whatever stands in a field, the answer is a list of row errors or a ledger, never a crash."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.importing.ledger_file import LedgerFile
from ledger.importing.reading import accept, validate
from tests.unit.importing.ledgers import Body, evaluated, monitored

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=9)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of everything inside a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [deeper for key, item in inside for deeper in [(*path, key), *places(item, (*path, key))]]


def put(body: Body, path: tuple[Any, ...], value: Any) -> None:
    target: Any = body
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value


@settings(max_examples=300, deadline=None)
@given(st.data(), VALUES)
def test_any_value_in_any_place_is_answered(data: st.DataObject, value: Any) -> None:
    body = deepcopy(data.draw(st.sampled_from([evaluated(), monitored()])))
    put(body, data.draw(st.sampled_from(places(body))), value)

    errors = validate(body)

    assert all(error.text and error.code.startswith("ledger.") for error in errors)
    if not errors:
        assert isinstance(accept(body), LedgerFile)
