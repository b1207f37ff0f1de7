"""Process variables: one dictionary per instance, shared by all its tokens.

SpiffWorkflow copies the data along every flow and merges the copies at joins, which loses updates (the stale copy of
the branch that arrives last wins) and repeated list items. Here every token of an instance, also inside subprocesses
and called processes, sees the same dictionary. Only an instance of a multi-instance activity has its own layer above
it: what it writes stays there until it is done.
"""

from collections import ChainMap
from collections.abc import MutableMapping
from typing import Any

Variables = MutableMapping[str, Any]


def layer(below: Variables, own: dict[str, Any]) -> ChainMap[str, Any]:
    """Return a view of `below` with its own layer on top that takes all writes."""
    under = below.maps if isinstance(below, ChainMap) else [below]
    return ChainMap(own, *under)


def own_layer(data: Variables) -> dict[str, Any] | None:
    """Return the top layer of a multi-instance view; None for the variables of the whole instance."""
    return dict(data.maps[0]) if isinstance(data, ChainMap) else None
