"""The installation's secret: given by a setting, or made once and kept in the data folder."""

import secrets
from pathlib import Path

from host.settings import Settings

NAME = "secret"


def secret_of(settings: Settings) -> str:
    """Return the secret; the first process to ask makes it, readable by nobody else."""
    if settings.secret is not None:
        return settings.secret
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    file = settings.data_dir / NAME
    if not file.exists():
        _make(file)
    return file.read_text(encoding="ascii")


def _make(file: Path) -> None:
    aside = file.with_name(f"{NAME}.{secrets.token_hex(4)}")
    aside.touch(mode=0o600)
    aside.write_text(secrets.token_urlsafe(48), encoding="ascii")
    try:
        file.hardlink_to(aside)  # fails if another process was faster: its secret holds
    except FileExistsError:
        pass
    finally:
        aside.unlink()
