"""A file outlasts a power cut before anybody hears of it: content, name, and the folders that lead to it."""

import io
import os
from pathlib import Path

import pytest

from creathon.core.files import FileStore


class Upload(io.BytesIO):
    """What a form sends, read as Litestar reads it."""

    async def read(self, size: int = -1) -> bytes:  # type: ignore[override]
        return super().read(size)


@pytest.mark.bar("H100")
async def test_content_then_name_then_every_new_folder_are_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, Path]] = []
    sync, rename = os.fsync, os.replace

    def fsync(handle: int) -> None:
        done.append(("sync", Path(os.readlink(f"/proc/self/fd/{handle}"))))
        sync(handle)

    def replace(source: str, target: Path) -> None:
        done.append(("name", target))
        rename(source, target)

    store = FileStore(tmp_path / "files")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    received = await store.receive(Upload(b"une affiche"), limit=100)
    final = store.path(received.sha256)
    (first, temporary), *others = done
    assert first == "sync"
    assert temporary.parent == store.root / "tmp"
    assert others == [
        ("name", final),
        *(("sync", folder) for folder in (final.parent, final.parent.parent, store.root)),
    ]
    assert final.read_bytes() == b"une affiche"
