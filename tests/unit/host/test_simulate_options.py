"""Wrong options of `bihuan simulate` are wrong usage: nothing is run."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from host.cli.simulating import simulate_year

NEEDED = ["--policy", "cn-default", "--ledger", "none.json", "--report", "out.json"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--late", "nan"),
        ("--late", "2"),
        ("--seed", "-1"),
        ("--keep", ""),
        ("--keep", "bihuan"),
        ("--keep", "x" * 64),
    ],
)
def test_a_wrong_option_is_wrong_usage(
    wrong: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(simulate_year, [*NEEDED, *wrong])

    assert done.exit_code == 2
    assert wrong[0] in done.output
    assert not list(tmp_path.iterdir())
