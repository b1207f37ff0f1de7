"""The example files of an installation name commands and settings that exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from host.cli.main import WHERE
from host.settings import SECRETS, Settings, variable

FOLDER = Path(__file__).parents[2] / "docs" / "deploy"
KNOWN = {variable(one.name) for one in fields(Settings)}
FILES = sorted(one for one in FOLDER.iterdir() if one.suffix != ".md")


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_every_setting_exists_and_only_secrets_come_from_files(file: Path) -> None:
    named = set(re.findall(r"BIHUAN_[A-Z_]+[A-Z]", file.read_text(encoding="utf-8")))

    assert {one for one in named if not one.endswith("_FILE")} <= KNOWN
    assert {one.removesuffix("_FILE") for one in named if one.endswith("_FILE")} <= SECRETS


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_every_command_exists(file: Path) -> None:
    lines = [one for one in file.read_text(encoding="utf-8").splitlines() if not one.startswith("#")]
    called = re.findall(r'(?:bin/bihuan |"bihuan", ")([a-z]+)', "\n".join(lines))

    assert set(called) <= set(WHERE)


def test_each_file_is_told_in_the_read_me() -> None:
    told = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert [one.name for one in FILES if f"`{one.name}`" not in told] == []
