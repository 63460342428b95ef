"""Built assets, served from memory under names that hold their hash, so that browsers may keep them for ever."""

import gzip
import json
import mimetypes
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from creathon.core.web.visit import Visiting

PREFIX = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})


@dataclass(frozen=True)
class Asset:
    """A file of the build, as it is and compressed when that helps."""

    content: bytes
    compressed: bytes | None
    media_type: str


class Assets:
    """The files of `assets/dist`; without a build every page still works, unstyled."""

    def __init__(self, folder: Path) -> None:
        manifest = folder / "manifest.json"
        self.names: dict[str, str] = json.loads(manifest.read_text()) if manifest.exists() else {}
        self.files = {name: _load(folder / name) for name in set(self.names.values())}

    def url(self, name: str) -> str:
        """The address of an asset by the name it has in the sources."""
        return f"{PREFIX}/{self.names.get(name, name)}"

    def data_uri(self, name: str) -> str:
        """An asset inside its own address, for a document that must hold everything it shows; "" without a build."""
        asset = self.files.get(self.names.get(name, ""))
        return f"data:{asset.media_type};base64,{b64encode(asset.content).decode()}" if asset else ""

    def get(self, name: str) -> Asset:
        if name not in self.files:
            raise NotFoundException()
        return self.files[name]


def _load(path: Path) -> Asset:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(content, gzip.compress(content, 9) if kind in COMPRESSED else None, kind)


@get(f"{PREFIX}/{{name:str}}", name="static", policy="static", sync_to_thread=False)
def serve_asset(visit: Visiting, name: FromPath[str]) -> Response[bytes]:
    """One built file."""
    assets: Assets = visit.app.state.assets
    asset = assets.get(name)
    headers = {"cache-control": FOR_EVER, "vary": "Accept-Encoding"}
    if asset.compressed and "gzip" in (visit.header("accept-encoding") or ""):
        return Response(asset.compressed, media_type=asset.media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(asset.content, media_type=asset.media_type, headers=headers)
