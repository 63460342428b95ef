"""Small disks that can be filled; mounting needs root, which CI is."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services import NO_SKIP


@contextmanager
def small_disk(folder: Path, room: int) -> Iterator[Path]:
    """A file system of so many bytes, at a folder made for it."""
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}", "none", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode and not NO_SKIP:
        pytest.skip(f"a tmpfs cannot be mounted: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def fill(disk: Path, *, leaving: int) -> Path:
    """All but so many bytes of a disk, taken by one file; removing it makes room again."""
    filler = disk / "filler"
    filler.write_bytes(b"0" * max(0, shutil.disk_usage(disk).free - leaving))
    return filler
