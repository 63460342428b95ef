"""A tus client of few words: each request as it goes, every answer as it comes; and what is stored of it."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
from sqlalchemy import select

from creathon.core.database import Database
from creathon.projects.models import ProjectFile, Upload
from creathon.settings import Settings
from tests.browsing import Visitor
from tests.factories.projects import PDF_END, PDF_START

TUS = {"tus-resumable": "1.0.0"}
PART = TUS | {"x-http-method-override": "PATCH", "content-type": "application/offset+octet-stream"}
UPLOADS = "/projet/envois"
CONTENT = PDF_START + bytes(range(256)) * 2000 + PDF_END
SHA = hashlib.sha256(CONTENT).hexdigest()


def described(**metadata: str) -> str:
    """Upload-Metadata of these values."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in metadata.items())


@dataclass
class Sender:
    """A browser that sends one file."""

    visitor: Visitor
    token: dict[str, str] = field(default_factory=dict)
    place: str = ""

    @classmethod
    async def of(cls, visitor: Visitor) -> "Sender":
        """Signed in as the visitor, with the token of the page."""
        await visitor.open("/projet")
        meta = visitor.page.select_one('meta[name="csrf-token"]')
        assert meta is not None
        return cls(visitor, {"x-csrf-token": str(meta["content"])})

    async def begin(self, size: int | str, **metadata: str) -> httpx.Response:
        headers = TUS | self.token | {"upload-length": str(size), "upload-metadata": described(**metadata)}
        answer = await self.visitor.http.post(UPLOADS, headers=headers)
        self.place = answer.headers.get("location", self.place)
        return answer

    async def send(self, offset: int | str, content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
        sent = PART | self.token | {"upload-offset": str(offset)} | headers
        return await self.visitor.http.post(self.place, headers=sent, content=content)

    async def read(self) -> httpx.Response:
        return await self.visitor.http.head(self.place, headers=TUS, follow_redirects=False)

    async def offset(self) -> int:
        """Where the server says that it stands."""
        return int((await self.read()).headers["upload-offset"])

    async def whole(self, name: str, content: bytes, **metadata: str) -> httpx.Response:
        """Registered and sent at once."""
        await self.begin(len(content), filename=name, **metadata)
        return await self.send(0, content)


async def files(database: Database) -> list[ProjectFile]:
    async with database.reading() as session:
        return list(await session.scalars(select(ProjectFile)))


async def uploads(database: Database) -> list[Upload]:
    async with database.reading() as session:
        return list(await session.scalars(select(Upload)))


def on_disk(settings: Settings) -> dict[str, int]:
    """The files of the store by name, with their sizes."""
    return {path.name: path.stat().st_size for path in (settings.data / "files").rglob("*") if path.is_file()}
