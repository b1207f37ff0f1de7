"""What a browser sends for a form becomes rows and fields; nothing foreign comes along."""

from werkzeug.datastructures import MultiDict

from forms.library import load
from host.web.form.reading import typed_values


def test_cells_become_rows_and_blank_or_foreign_names_are_left_out() -> None:
    sent = MultiDict(
        [
            ("executed_amount", " 100 "),
            ("goal_result", ""),
            ("exec_score", "10"),
            ("form_token", "x"),
            ("lines[0].actual", ""),
            ("lines[1].actual", "97"),
            ("lines[1].points", "9"),
        ]
    )

    found = typed_values(load("self_evaluation"), sent)

    assert found == {"executed_amount": "100", "lines": [{"actual": "97"}]}
