"""The environment is read once, strictly."""

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from host.settings import RULES, SECRETS, SettingInvalid, Settings, variable

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.read({})

    assert settings.database_url is None
    assert settings.data_dir.is_absolute()
    assert (settings.database_pool, settings.log_level) == (10, "info")


def test_the_data_folder_of_a_person_lies_among_their_own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    assert Settings.read({"XDG_DATA_HOME": "/srv/数据"}).data_dir == Path("/srv/数据/bihuan")
    assert Settings.read({}).data_dir == Path.home() / ".local/share/bihuan"


def test_root_keeps_its_data_where_the_server_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)

    assert Settings.read({}).data_dir == Path("/var/lib/bihuan")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BIHUAN_DATA_DIR", "relative/path", "绝对路径"),
        ("BIHUAN_DATABASE_URL", "sqlite:///x.db", "postgresql://"),
        ("BIHUAN_DATABASE_URL", "postgresql://host", "postgresql://"),
        ("BIHUAN_DATABASE_URL", "nonsense", "postgresql://"),
        ("BIHUAN_DATABASE_POOL", "0", "1 到 100"),
        ("BIHUAN_DATABASE_POOL", "1.5", "1 到 100"),
        ("BIHUAN_DATABASE_POOL", "٣", "1 到 100"),
        ("BIHUAN_WORKER_CONCURRENCY", "many", "1 到 64"),
        ("BIHUAN_LOG_LEVEL", "loud", "debug、info"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingInvalid, match=f"{name}.*{re.escape(expected)}"):
        Settings.read({name: value})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgres://login:geheim@db/bihuan\n")

    settings = Settings.read({"BIHUAN_DATABASE_URL_FILE": str(secret)})

    assert settings.database_url == "postgresql+psycopg://login:geheim@db/bihuan"
    assert "geheim" not in repr(settings)


def test_a_secret_is_not_shown_in_the_error() -> None:
    with pytest.raises(SettingInvalid) as caught:
        Settings.read({"BIHUAN_DATABASE_URL": "mysql://login:geheim@db/bihuan"})

    assert "geheim" not in caught.value.text


def test_a_secret_given_twice_or_in_a_missing_file_is_refused(tmp_path: Path) -> None:
    twice = {"BIHUAN_DATABASE_URL": "postgresql://h/d", "BIHUAN_DATABASE_URL_FILE": str(tmp_path)}
    with pytest.raises(SettingInvalid, match="BIHUAN_DATABASE_URL_FILE"):
        Settings.read(twice)

    with pytest.raises(SettingInvalid, match="BIHUAN_DATABASE_URL_FILE"):
        Settings.read({"BIHUAN_DATABASE_URL_FILE": str(tmp_path / "none")})


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings.read({}).log_level = "debug"  # type: ignore[misc]


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(BIHUAN_\w+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))

    known = {variable(field.name) for field in fields(Settings)}

    assert documented == known == {variable(name) for name in RULES}
    assert known >= SECRETS
