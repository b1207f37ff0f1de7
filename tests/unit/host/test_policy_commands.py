"""`bihuan policy` and `bihuan whatif`: what they print and their exit status."""

import json
from pathlib import Path

from click.testing import CliRunner

from host.cli.main import bihuan


def test_policy_diff_prints_sentences_and_json() -> None:
    run = CliRunner().invoke(bihuan, ["policy", "diff", "cn-default", "shawan", "--year", "2022", "--json"])

    found = {one["key"]: one["sentence"] for one in json.loads(run.output)["differences"]}
    assert "SW-R46" in found["self_eval.deadline"]


def test_policy_check_is_silent_on_errors_only() -> None:
    run = CliRunner().invoke(bihuan, ["policy", "check", "shawan"])

    assert run.exit_code == 0
    assert "result.deduct_ratio_table confirm PC08" in run.output


def test_whatif_without_anything_to_compare_is_wrong_usage(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        bihuan, ["whatif", "--policy", "shawan", "--ledger", str(tmp_path / "none.json")]
    )

    assert run.exit_code == 2
