"""The line on which a pack's text speaks of a key."""

import pytest

from ledger.policy.lines import line_of

TEXT = """\
[pack]
id = "x"   # [grading.bands]
[meta.note]
value = \"\"\"
[self_eval.deadline]
value = 1
\"\"\"
[self_eval.deadline] # the real one
value = 1
[[self_eval.deadline.editions]]
from = 2023
[key_eval]
min_projects.value = 3
deadline = { value = 1 }
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("pack", 1),
        ("pack.extends", 1),
        ("self_eval.deadline", 8),
        ("key_eval.deadline", 14),
        ("key_eval.min_projects", 13),
        ("grading.bands", None),
        ("-", None),
    ],
)
def test_a_key_is_found_on_its_line_however_it_is_written(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line
