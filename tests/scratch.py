"""Where the servers of the tests keep their data: in memory where there is room, for they are thrown away."""

import os
import tempfile
from pathlib import Path
from shutil import disk_usage

import psutil

MEMORY = Path("/dev/shm")
ROOM = 6 * 1024**3
"""What must be free: several times what the largest run was seen to keep."""


def scratch() -> Path:
    """Return a folder to make data folders in."""
    if os.access(MEMORY, os.W_OK) and min(disk_usage(MEMORY).free, psutil.virtual_memory().available) > ROOM:
        return MEMORY
    return Path(tempfile.gettempdir())
